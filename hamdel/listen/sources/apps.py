from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    name = "hamdel.listen.sources"
    label = "sources"
    verbose_name = _("Imports")

    def ready(self) -> None:
        from hamdel.ground.access.permissions import Permission
        from hamdel.listen.events.quarantine import made_by
        from hamdel.listen.sources.remaking import events_of_row
        from hamdel.ui import navigation

        made_by("row_rejected", events_of_row)
        navigation.entry(
            shelf="listen",
            url_name="sources:imports",
            label=_("Import files"),
            icon="upload",
            order=41,
            permission=Permission.SEE_SOURCES,
        )
