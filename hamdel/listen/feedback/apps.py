from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "hamdel.listen.feedback"
    label = "feedback"
    verbose_name = _("Feedback")

    def ready(self) -> None:
        from hamdel.ground.access.permissions import Permission
        from hamdel.know.customers.panels import panel
        from hamdel.listen import feedback
        from hamdel.listen.feedback.noting import note_panel
        from hamdel.ui import navigation

        # Each folder here is a connector that registers itself; a new one needs no line anywhere else.
        for module in iter_modules(feedback.__path__):
            if module.ispkg and module.name not in {"tests", "migrations"}:
                import_module(f"{feedback.__name__}.{module.name}")
        panel("feedback/note_panel.html", note_panel, order=60)
        navigation.entry(
            shelf="listen",
            url_name="feedback:inboxes",
            label=_("Feedback sources"),
            icon="message",
            order=40,
            permission=Permission.SEE_SOURCES,
        )
