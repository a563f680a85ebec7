from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "hamdel.ground.access"
    label = "access"
    verbose_name = _("Access")

    def ready(self) -> None:
        from hamdel.ground.access.permissions import Permission
        from hamdel.ui import navigation

        pages = (
            ("access:general", _("Workspace"), "settings", Permission.MANAGE_WORKSPACE),
            ("access:hours", _("Working hours"), "clock", Permission.MANAGE_WORKSPACE),
            ("access:members", _("Members"), "person", Permission.MANAGE_MEMBERS),
            ("access:tokens", _("API tokens"), "key", Permission.MANAGE_WORKSPACE),
            ("access:audit", _("Audit log"), "list", Permission.SEE_AUDIT),
        )
        for order, (name, label, icon, permission) in enumerate(pages):
            navigation.entry(
                shelf="settings",
                url_name=name,
                label=label,
                icon=icon,
                order=10 + order,
                permission=permission,
            )
