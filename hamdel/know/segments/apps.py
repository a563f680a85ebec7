from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SegmentsConfig(AppConfig):
    name = "hamdel.know.segments"
    label = "segments"
    verbose_name = _("Segments")

    def ready(self) -> None:
        from hamdel.ground.access.permissions import Permission
        from hamdel.ui import navigation

        navigation.entry(
            shelf="know",
            url_name="segments:list",
            label=_("Segments"),
            icon="segment",
            order=20,
            permission=Permission.SEE_CUSTOMERS,
        )
