"""Working hours: typed on the settings page, kept, and counted in."""

from datetime import date, time

import pytest

from hamdel.ground.workspaces.hours import INTERNATIONAL_WEEK, IRANIAN_WEEK, hours_of
from hamdel.ground.workspaces.models import Workspace
from hamdel.ground.workspaces.tenancy import across_workspaces

ADDRESS = "/settings/hours/"


def week(**days):
    """Return what the form sends: every day closed but those given as "09:00-17:00" by their weekday."""
    sent = {f"{part}_{weekday}": "" for weekday in range(7) for part in ("opens", "closes")}
    for weekday, span in days.items():
        sent[f"opens_{weekday[1:]}"], sent[f"closes_{weekday[1:]}"] = span.split("-")
    return sent | {"holidays": ""}


def kept(cast):
    with across_workspaces():
        return Workspace.objects.get(id=cast.cafe.id)


def test_a_new_workspace_works_the_usual_week():
    assert hours_of(Workspace(calendar="jalali")).week == IRANIAN_WEEK
    assert hours_of(Workspace(calendar="gregorian")).week == INTERNATIONAL_WEEK
    assert date(2026, 3, 21) in hours_of(Workspace(calendar="jalali")).holidays
    assert not hours_of(Workspace(calendar="gregorian")).holidays


def test_hours_are_kept_as_they_were_typed(cast, client):
    client.force_login(cast.owner.user)
    sent = week(d5="08:30-16:00", d4="10:00-00:00") | {"holidays": "۱۴۰۵/۰۱/۰۴\n2026-06-05", "official": "on"}

    response = client.post(ADDRESS, sent)

    assert response.status_code == 302
    hours = hours_of(kept(cast))
    assert hours.week[5] == ((time(8, 30), time(16)),)
    assert hours.week[4] == ((time(10), time.min),)
    assert hours.week[0] == ()
    assert {date(2026, 3, 24), date(2026, 6, 5), date(2026, 3, 21)} <= hours.holidays
    page = client.get(ADDRESS).content.decode()
    assert "۰۸:۳۰" in page
    assert "۱۴۰۵/۰۱/۰۴" in page


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (week(), "دست‌کم یک روز را باز بگذارید"),
        (week(d5="09:00-08:00"), "پایان روز باید پس از آغاز آن باشد"),
        (week(d5="09:00-"), "هر دو ساعت را بنویسید"),
        (week(d5="09:00-17:00") | {"holidays": "فردا"}, "«فردا» روز نیست"),
    ],
)
def test_wrong_hours_are_told_and_not_kept(cast, client, sent, words):
    client.force_login(cast.owner.user)

    response = client.post(ADDRESS, sent)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert kept(cast).hours == {}


def test_only_who_manages_the_workspace_may_change_hours(cast, client):
    client.force_login(cast.agent.user)

    assert client.post(ADDRESS, week(d5="09:00-17:00")).status_code == 403
