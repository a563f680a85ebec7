from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvitationsConfig(AppConfig):
    name = "hamdel.listen.invitations"
    label = "invitations"
    verbose_name = _("Invitations")

    def ready(self) -> None:
        from hamdel.listen.invitations.links import personal_links
        from hamdel.listen.surveys.links import find_personal_links_by

        find_personal_links_by(personal_links)
