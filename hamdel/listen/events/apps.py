from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "hamdel.listen.events"
    label = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from hamdel.ground.access.permissions import Permission
        from hamdel.ui import navigation

        for order, (name, label, icon) in enumerate(
            (("events:sources", _("Sources"), "source"), ("events:quarantine", _("Quarantine"), "shield"))
        ):
            navigation.entry(
                shelf="listen",
                url_name=name,
                label=label,
                icon=icon,
                order=40 + 2 * order,
                permission=Permission.SEE_SOURCES,
            )
