"""The cast: who appears in our tests. The outsider works elsewhere and must never see anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hamdel.ground.access.actions import add_member, found_workspace
from hamdel.ground.access.models import Member, User
from hamdel.ground.access.permissions import Role
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.know.customers.models import Customer

SOME_DAY = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Two workspaces: a café in Tehran, and a clinic in Shiraz where the outsider works."""

    cafe: Workspace
    clinic: Workspace
    owner: Member
    analyst: Member
    agent: Member
    viewer: Member
    outsider: Member
    # A long name with half-spaces, and somebody without a phone.
    customer: Customer
    phoneless: Customer
    foreign_customer: Customer


def make_user(name: str, email: str) -> User:
    """Make a user without a password: tests log in by `client.force_login`, hashing is slow on purpose."""
    return User.objects.create_user(email, name=name)


def make_customer(workspace: Workspace, *, name: str = "", phone: str = "", email: str = "") -> Customer:
    with inside(workspace):
        return Customer.objects.create(
            workspace=workspace,
            name=name,
            phone=phone,
            email=email,
            is_anonymous=not (name or phone or email),
            first_seen_at=SOME_DAY,
            last_seen_at=SOME_DAY,
        )


def gather() -> Cast:
    """Put the cast on the stage."""
    with across_workspaces():
        owner = found_workspace(
            name="کافه‌ی نادری", slug="cafe", owner=make_user("مریم", "maryam@cafe.example")
        )
        cafe = owner.workspace
        outsider = found_workspace(
            name="کلینیک شیراز", slug="clinic", owner=make_user("بهرام", "bahram@clinic.example")
        )
        return Cast(
            cafe=cafe,
            clinic=outsider.workspace,
            owner=owner,
            analyst=add_member(cafe, user=make_user("سارا", "sara@cafe.example"), role=Role.ANALYST),
            agent=add_member(cafe, user=make_user("علی‌رضا", "alireza@cafe.example"), role=Role.AGENT),
            viewer=add_member(cafe, user=make_user("نیلوفر", "niloofar@cafe.example"), role=Role.VIEWER),
            outsider=outsider,
            customer=make_customer(
                cafe,
                name="سیده‌فاطمه‌زهرا میرمحمدصادقی‌اصفهانی",
                phone="+989121234567",
                email="zahra@example.ir",
            ),
            phoneless=make_customer(cafe, name="کاوه آهنگر", email="kaveh@example.ir"),
            foreign_customer=make_customer(outsider.workspace, name="خسرو شیرازی", phone="+989171112233"),
        )
