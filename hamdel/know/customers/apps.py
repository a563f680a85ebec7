from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "hamdel.know.customers"
    label = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from hamdel.ground.access.permissions import Permission
        from hamdel.ui import navigation

        navigation.entry(
            shelf="know",
            url_name="customers:list",
            label=_("Customers"),
            icon="customers",
            order=10,
            permission=Permission.SEE_CUSTOMERS,
        )
