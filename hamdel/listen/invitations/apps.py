from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvitationsConfig(AppConfig):
    name = "hamdel.listen.invitations"
    label = "invitations"
    verbose_name = _("Invitations")

    def ready(self) -> None:
        from hamdel.ground.access.permissions import Permission
        from hamdel.know.customers.panels import panel
        from hamdel.listen.invitations import following, jobs, planning, replying  # noqa: F401  register themselves
        from hamdel.listen.invitations.links import personal_links
        from hamdel.listen.invitations.panels import invitations_of
        from hamdel.listen.surveys.links import find_personal_links_by
        from hamdel.ui import navigation

        find_personal_links_by(personal_links)
        panel("invitations/panel.html", invitations_of, order=60)
        navigation.entry(
            shelf="listen",
            url_name="invitations:plans",
            label=_("Invitations"),
            icon="send",
            order=20,
            permission=Permission.SEE_SURVEYS,
        )
