from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    """No models: an app so that Django finds its Persian."""

    name = "hamdel.ground.rules"
    label = "rules"
    verbose_name = _("Rules")
