from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ForgettingConfig(AppConfig):
    name = "hamdel.know.forgetting"
    label = "forgetting"
    verbose_name = _("Forgetting")

    def ready(self) -> None:
        from hamdel.ground.access.permissions import Permission
        from hamdel.ui import navigation

        navigation.entry(
            shelf="settings",
            url_name="forgetting:erasures",
            label=_("Erased customers"),
            icon="shield",
            order=30,
            permission=Permission.ERASE_CUSTOMERS,
        )
