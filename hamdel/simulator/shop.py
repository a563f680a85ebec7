"""The shop inside Hamdel: its workspace, people, surveys and sources, made through the product's own actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hamdel.ground.access.actions import add_member, found_workspace
from hamdel.ground.access.models import Member, User
from hamdel.ground.access.permissions import Role
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.events.models import Source
from hamdel.listen.surveys.actions import create_survey, publish_survey
from hamdel.listen.surveys.models import Survey
from hamdel.listen.surveys.ready_made import READY_MADE
from hamdel.simulator.words.names import STAFF

NAME = "کاشانهٔ ترنج"
SLUG = "toranj"
# Support answers every day from eight in the morning to midnight; what comes by night waits for the morning.
HOURS = {"week": {str(day): [["08:00", "00:00"]] for day in range(7)}, "official": False}
SITE, PAST = "وب‌سایت و اپلیکیشن", "یک سال گذشته"
# The simulator's name of a survey → the ready-made one, and the touchpoint it is asked at.
SURVEYS = {
    "nps": ("nps-after-delivery", "delivery"),
    "csat": ("csat-after-support", "support"),
    "ces": ("ces-after-checkout", "purchase"),
}


@dataclass(frozen=True)
class Shop:
    """What exists in PostgreSQL before the first event."""

    workspace: Workspace
    owner: Member
    agents: list[Member]
    site: Source
    past: Source
    surveys: dict[str, Survey]

    @property
    def survey_ids(self) -> dict[str, str]:
        return {key: str(survey.id) for key, survey in self.surveys.items()}


def open_shop(*, at: datetime) -> Shop:
    """Make the shop, or return it as it is."""
    owner = founded()
    workspace = owner.workspace
    members = [owner, *(employ(workspace, *person) for person in STAFF[1:])]
    with inside(workspace):
        return Shop(
            workspace=workspace,
            owner=owner,
            agents=[member for member in members if member.role == Role.AGENT],
            site=source(workspace, SITE, Source.Kind.HTTP),
            past=source(workspace, PAST, Source.Kind.SIMULATOR),
            surveys={key: survey(owner, *chosen, at=at) for key, chosen in SURVEYS.items()},
        )


def founded() -> Member:
    """Return the owner of the shop's workspace."""
    with across_workspaces():
        found = (
            Member.objects.filter(workspace__slug=SLUG, role=Role.OWNER)
            .select_related("workspace", "user")
            .first()
        )
    if found:
        return found
    name, latin, _role = STAFF[0]
    return found_workspace(name=NAME, slug=SLUG, owner=person(name, latin), hours=HOURS)


def person(name: str, latin: str) -> User:
    address = f"{latin}@toranj.example"
    return User.objects.filter(email=address).first() or User.objects.create_user(address, name=name)


def employ(workspace: Workspace, name: str, latin: str, role: str) -> Member:
    return add_member(workspace, user=person(name, latin), role=Role(role))


def source(workspace: Workspace, name: str, kind: Source.Kind) -> Source:
    return Source.objects.get_or_create(workspace=workspace, name=name, defaults={"kind": kind})[0]


def survey(owner: Member, ready: str, touchpoint: str, *, at: datetime) -> Survey:
    """Return the shop's survey made from a ready one, published."""
    template = READY_MADE[ready]
    name, workspace = template.name[0], owner.workspace
    found = Survey.objects.in_workspace(workspace).filter(name=name).first()
    if found is None:
        found = create_survey(
            workspace,
            name=name,
            metric=template.metric,
            touchpoint=touchpoint,
            definition=template.definition(),
            by=owner,
        )
        publish_survey(found, by=owner, at=at)
        found.refresh_from_db()
    return found
