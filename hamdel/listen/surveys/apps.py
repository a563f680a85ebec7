from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "hamdel.listen.surveys"
    label = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        from hamdel.ground.access.permissions import Permission
        from hamdel.ui import navigation

        navigation.entry(
            shelf="listen",
            url_name="surveys:list",
            label=_("Surveys"),
            icon="survey",
            order=10,
            permission=Permission.SEE_SURVEYS,
            also=("/listen/drafts/", "/listen/library/", "/listen/results/"),
        )
