from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagesConfig(AppConfig):
    name = "hamdel.act.messages"
    # Django has an app of its own with the label "messages".
    label = "messaging"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from hamdel.act import messages
        from hamdel.act.messages.queries import panel_of
        from hamdel.ground.access.permissions import Permission
        from hamdel.know.customers.panels import panel
        from hamdel.ui import navigation

        # Each folder here is a connector that registers itself; a new one needs no line anywhere else.
        for module in iter_modules(messages.__path__):
            if module.ispkg and module.name not in {"tests", "migrations"}:
                import_module(f"{messages.__name__}.{module.name}")
        panel("messages/panel.html", panel_of, order=60)
        navigation.entry(
            shelf="act",
            url_name="messages:log",
            label=_("Messages"),
            icon="send",
            order=20,
            permission=Permission.SEE_CUSTOMERS,
        )
        navigation.entry(
            shelf="settings",
            url_name="messages:accounts",
            label=_("Channels"),
            icon="link",
            order=40,
            permission=Permission.MANAGE_WORKSPACE,
        )
