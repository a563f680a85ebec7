"""The cast: who appears in our tests. The outsider works elsewhere and must never see anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from hamdel.ground.access.actions import found_workspace
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
        customer = _customer(workspace, name, phone, email)
        customer.save(force_insert=True)
    return customer


def gather() -> Cast:
    """Put the cast on the stage. Thousands of tests begin here, so whoever can comes in company: see how many queries."""
    with across_workspaces():
        maryam, bahram, *staff = _users(
            ("مریم", "maryam@cafe.example"),
            ("بهرام", "bahram@clinic.example"),
            ("سارا", "sara@cafe.example"),
            ("علی‌رضا", "alireza@cafe.example"),
            ("نیلوفر", "niloofar@cafe.example"),
        )
        owner = found_workspace(name="کافه‌ی نادری", slug="cafe", owner=maryam)
        outsider = found_workspace(name="کلینیک شیراز", slug="clinic", owner=bahram)
        cafe, clinic = owner.workspace, outsider.workspace
        roles = (Role.ANALYST, Role.AGENT, Role.VIEWER)
        analyst, agent, viewer = Member.objects.bulk_create(
            Member(workspace=cafe, user=user, role=role) for user, role in zip(staff, roles, strict=True)
        )
        customer, phoneless, foreign_customer = Customer.objects.bulk_create(
            [
                _customer(cafe, "سیده‌فاطمه‌زهرا میرمحمدصادقی‌اصفهانی", "+989121234567", "zahra@example.ir"),
                _customer(cafe, "کاوه آهنگر", "", "kaveh@example.ir"),
                _customer(clinic, "خسرو شیرازی", "+989171112233", ""),
            ]
        )
    return Cast(cafe, clinic, owner, analyst, agent, viewer, outsider, customer, phoneless, foreign_customer)


def _users(*named: tuple[str, str]) -> list[User]:
    users = [User(name=name, email=email) for name, email in named]
    for user in users:
        user.set_unusable_password()
    return User.objects.bulk_create(users)


def _customer(workspace: Workspace, name: str, phone: str, email: str) -> Customer:
    return Customer(
        workspace=workspace,
        name=name,
        phone=phone,
        email=email,
        is_anonymous=not (name or phone or email),
        first_seen_at=SOME_DAY,
        last_seen_at=SOME_DAY,
    )
