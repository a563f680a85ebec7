from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "hamdel.listen.exchange"
    label = "exchange"
    verbose_name = _("Import and export of surveys")

    def ready(self) -> None:
        from hamdel.ground.access.permissions import Permission
        from hamdel.ui import navigation

        navigation.entry(
            shelf="listen",
            url_name="exchange:imports",
            label=_("Import surveys"),
            icon="download",
            order=18,
            permission=Permission.CHANGE_SURVEYS,
        )
