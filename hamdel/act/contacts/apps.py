from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    name = "hamdel.act.contacts"
    label = "contacts"
    verbose_name = _("Contacts")

    def ready(self) -> None:
        from hamdel.act.contacts.queries import contacts_of
        from hamdel.ground.access.permissions import Permission
        from hamdel.know.customers.panels import panel
        from hamdel.ui import navigation

        panel("contacts/panel.html", contacts_of, order=60)
        navigation.entry(
            shelf="act",
            url_name="contacts:ledger",
            label=_("Contacts"),
            icon="shield",
            order=40,
            permission=Permission.SEE_CUSTOMERS,
        )
        navigation.entry(
            shelf="settings",
            url_name="contacts:policy",
            label=_("Contact policy"),
            icon="shield",
            order=45,
            permission=Permission.MANAGE_WORKSPACE,
        )
