from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SecretsConfig(AppConfig):
    name = "hamdel.ground.secrets"
    label = "secrets"
    verbose_name = _("Secrets")

    def ready(self) -> None:
        from hamdel.ground.secrets.hiding import hide_in_logs

        hide_in_logs()
