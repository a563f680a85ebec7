"""The personal link."""

from __future__ import annotations

from django.urls import path
from django.utils.timezone import now

from hamdel.ground.access.models import digest
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.invitations.models import Invitation
from hamdel.listen.surveys.answering import answering_page
from hamdel.listen.surveys.links import Visit, visit_of_invitation

app_name = "personal"


def personal_visit(secret: str) -> Visit | None:
    """Return where a personal link leads, None when there is none."""
    with across_workspaces():
        found = Invitation.objects.select_related("survey__workspace").filter(digest=digest(secret)).first()
        return visit_of_invitation(found, now=now()) if found else None


personal_page = answering_page(personal_visit)
urlpatterns = [path("i/<str:secret>/", personal_page, name="personal")]
