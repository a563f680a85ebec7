"""Who may let whom in: a login link opens everything its user may open, so not everybody gets one for everybody."""

import pytest

from hamdel.ground.access.actions import add_member
from hamdel.ground.access.models import LoginLink, Member, User
from hamdel.ground.access.permissions import Role
from hamdel.ground.workspaces.tenancy import inside

ADDRESS = "/settings/members/"


@pytest.fixture
def admin(cast):
    user = User.objects.create(email="admin@cafe.example", name="بهرام")
    return add_member(cast.cafe, user=user, role=Role.ADMIN)


def add(client, by, email, role="agent"):
    client.force_login(by.user)
    client.cookies["language"] = "en"
    return client.post(ADDRESS, {"name": "نیلوفر", "email": email, "role": role}).content.decode()


def role_of(member):
    with inside(member.workspace):
        return Member.objects.filter(pk=member.pk).values_list("role", flat=True).first()


def test_somebody_new_gets_a_link(cast, client, admin):
    page = add(client, admin, "new@cafe.example")

    assert "/settings/login/" in page
    assert LoginLink.objects.get().user.email == "new@cafe.example"


def test_a_colleague_who_forgot_the_password_gets_a_link(cast, client, admin):
    assert "/settings/login/" in add(client, admin, cast.agent.user.email)


def test_nobody_gets_a_link_that_opens_another_workspace(cast, client):
    page = add(client, cast.owner, cast.outsider.user.email)

    assert "/settings/login/" not in page
    assert "the way they always do" in page
    assert not LoginLink.objects.exists()


def test_an_admin_gets_no_link_of_the_owner(cast, client, admin):
    assert "/settings/login/" not in add(client, admin, cast.owner.user.email)
    assert "/settings/login/" in add(client, cast.owner, cast.owner.user.email)


def test_only_an_owner_makes_changes_and_removes_owners(cast, client, admin):
    page = add(client, admin, "second@cafe.example", role="owner")
    client.post(f"{ADDRESS}{admin.id}/", {"role": "owner"})
    client.post(f"{ADDRESS}{cast.owner.id}/", {"role": "viewer"})
    client.post(f"{ADDRESS}{cast.owner.id}/", {"remove": "1"})

    assert "Only an owner can" in page
    assert not User.objects.filter(email="second@cafe.example").exists()
    assert (role_of(admin), role_of(cast.owner)) == (Role.ADMIN, Role.OWNER)

    client.force_login(cast.owner.user)
    client.post(f"{ADDRESS}{admin.id}/", {"role": "owner"})

    assert role_of(admin) == Role.OWNER
