from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WidgetsConfig(AppConfig):
    name = "hamdel.listen.widgets"
    label = "widgets"
    verbose_name = _("On site")

    def ready(self) -> None:
        from hamdel.act.contacts.registers import register_address
        from hamdel.act.messages.connectors import register
        from hamdel.ground.access.permissions import Permission
        from hamdel.listen.widgets.notifying import Push
        from hamdel.ui import navigation

        register(Push())
        register_address("push", Push().addresses)

        navigation.entry(
            shelf="listen",
            url_name="widgets:list",
            label=_("On site"),
            icon="globe",
            order=30,
            permission=Permission.SEE_SURVEYS,
        )
