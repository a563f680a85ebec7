"""The pages of inviting, by plain requests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from hamdel.act.messages.content import HOLE
from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.invitations.models import Invitation, ListedCustomer, Plan
from hamdel.listen.invitations.planning import plan_after_events
from hamdel.listen.invitations.sending import send_due
from hamdel.listen.invitations.tests.conftest import MORNING, event_for, plan_of
from hamdel.listen.surveys.actions import publish_survey
from hamdel.listen.surveys.models import Survey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("analytics_store")]
FORM = {
    "name": "پس از تحویل", "whom": "rule", "event": "Order Delivered", "wait_amount": "2", "wait_unit": "hours",
    "oldest_event_hours": "72", "share_percent": "50", "first": "sms", "second": "email", "third": "", "repeat": "",
    "remind_after_days": "3", "most_reminders": "1", "link_lives_days": "30", "same_survey_days": "30",
    "priority": "50", "topic": "", "segment": "", "starts": "", "ends": "",
}  # fmt: skip


@pytest.fixture
def owner(client, cast):
    client.force_login(cast.owner.user)
    return client


def ask(cast, *customers, at=MORNING):
    with across_workspaces():
        plan_after_events([event_for(one, at=at) for one in customers])
    send_due(cast.cafe, now=at)


def test_without_a_plan_the_page_says_what_plans_are(owner, cast):
    page = owner.get("/listen/invitations/")

    assert page.status_code == 200
    assert "/listen/invitations/plans/new/" in page.content.decode()


def test_a_plan_is_made_started_paused_and_ended(owner, cast, survey, account):
    made = owner.post("/listen/invitations/plans/new/", {**FORM, "survey": survey.id})
    with inside(cast.cafe):
        plan = Plan.objects.get()
    assert made.url == reverse("invitations:plan", args=[plan.id])
    assert (plan.wait_minutes, plan.channels, float(plan.share_percent)) == (120, ["sms", "email"], 50)
    state = reverse("invitations:state", args=[plan.id])

    for press, expected in (
        ("start", "running"),
        ("pause", "paused"),
        ("start", "running"),
        ("end", "ended"),
    ):
        assert owner.post(state, {press: "1"}).status_code == 302
        with inside(cast.cafe):
            plan.refresh_from_db()
        assert plan.state == expected


def test_wrong_words_and_days_are_said_where_they_are(owner, cast, survey):
    page = owner.post(
        "/listen/invitations/plans/new/",
        {**FORM, "survey": survey.id, "words.sms.fa.text": "{{ nobody }}", "starts": "چهلم"},
    )

    assert page.status_code == 422
    assert "nobody" in page.content.decode()
    assert "چهلم" in page.content.decode()
    with inside(cast.cafe):
        assert not Plan.objects.exists()


def test_what_was_typed_is_shown_as_it_would_read_with_its_price_and_nothing_is_saved(
    owner, cast, survey, account
):
    with inside(cast.cafe):
        account.cost_rial_per_segment = 850
        account.save()
    typed = {
        **FORM,
        "name": "",
        "survey": survey.id,
        "look": "1",
        "words.sms.fa.text": "سلام {{ customer.first_name }} {{ link }}",
    }

    page = owner.post("/listen/invitations/plans/new/", typed).content.decode()

    assert f"سلام مریم http://127.0.0.1:8000/i/{HOLE}/" in page
    # 39 places of an alphabet that has 70 to a part; the mail is shown beside it.
    assert "۵۷ نویسه، ۱ بخش" in page
    assert "۸۵۰ ریال" in page
    assert "field__error" not in page
    with inside(cast.cafe):
        assert not Plan.objects.exists()


def test_words_that_cannot_be_filled_in_are_said_where_they_would_be_read(owner, survey, account):
    typed = {**FORM, "survey": survey.id, "look": "1", "words.sms.fa.text": "{% if %}"}

    assert "field__error" in owner.post("/listen/invitations/plans/new/", typed).content.decode()


@pytest.mark.parametrize(
    ("address", "words", "is_warned"),
    [
        ("", "سلام {{ link }}", True),
        ("http://localhost:8000", "سلام {{ link }}", True),
        ("https://cx.example.ir", "سلام {{ link }}", False),
        ("", "عدد ۰ تا ۱۰ را پاسخ دهید", False),
    ],
)
def test_a_plan_says_when_its_links_lead_no_further_than_this_machine(
    owner, cast, survey, account, settings, address, words, is_warned
):
    settings.PUBLIC_URL = address
    plan = plan_of(
        survey, channels=["sms"], wording={"sms": {code: {"text": words} for code in ("fa", "en")}}
    )

    page = owner.get(reverse("invitations:plan", args=[plan.id])).content.decode()

    assert ("HAMDEL_URL" in page) is is_warned


def test_a_plan_that_lacks_something_does_not_start(owner, cast, survey):
    plan = plan_of(survey, state="draft", channels=[])

    page = owner.post(reverse("invitations:state", args=[plan.id]), {"start": "1"})

    assert page.status_code == 422
    with inside(cast.cafe):
        plan.refresh_from_db()
    assert plan.state == "draft"


def test_the_editor_keeps_what_was_saved(owner, cast, survey):
    plan = plan_of(
        survey,
        wait_minutes=2_880,
        wording={"sms": {"fa": {"text": "سلام {{ link }}"}}},
        ends_at=now() + timedelta(days=9),
        condition={"all": [{"field": "late", "operator": "=", "value": "true"}]},
    )
    page = owner.get(reverse("invitations:edit_plan", args=[plan.id])).content.decode()

    assert 'value="2"' in page
    assert "سلام {{ link }}" in page
    assert "late" in page


def test_a_list_is_brought_by_phone_mail_and_id_in_any_writing(owner, cast, survey):
    from hamdel.know.customers.models import Identifier

    plan = plan_of(survey, state="draft", whom="list")
    with inside(cast.cafe):
        for kind, value, one in (
            ("phone", "+989121234567", cast.customer),
            ("email", "kaveh@example.ir", cast.phoneless),
        ):
            Identifier.objects.create(
                workspace=cast.cafe, customer=one, kind=kind, value=value, first_seen_at=MORNING
            )

    page = owner.post(
        reverse("invitations:list", args=[plan.id]),
        {"lines": "۰۹۱۲۱۲۳۴۵۶۷\nکاوه,Kaveh@example.ir\nhich@kas.ir\n"},
    ).content.decode()

    with inside(cast.cafe):
        assert set(ListedCustomer.objects.values_list("customer_id", flat=True)) == {
            cast.customer.id,
            cast.phoneless.id,
        }
    assert "hich@kas.ir" in page


def test_a_list_that_is_no_text_is_refused(owner, cast, survey):
    from django.core.files.uploadedfile import SimpleUploadedFile

    plan = plan_of(survey, state="draft", whom="list")
    picture = SimpleUploadedFile("a.csv", b"\x89PNG\xff\xfe")

    assert owner.post(reverse("invitations:list", args=[plan.id]), {"file": picture}).status_code == 422


def test_the_preview_says_who_would_be_asked_and_who_not_and_why(owner, cast, survey, account):
    plan = plan_of(survey, whom="list", state="draft")
    with inside(cast.cafe):
        for one in (cast.customer, cast.phoneless):
            ListedCustomer.objects.create(workspace=cast.cafe, plan=plan, customer=one)

    page = owner.get(reverse("invitations:preview", args=[plan.id])).content.decode()

    assert "میرمحمدصادقی" in page
    assert "نشانی" in page or "address" in page
    with inside(cast.cafe):
        assert not Invitation.objects.exists()


def test_the_preview_of_a_rule_looks_at_the_latest_events(owner, cast, survey, account):
    from hamdel.listen.events.shipping import ship_everything
    from hamdel.listen.events.tests.test_shipping import receive

    plan = plan_of(survey, state="draft", condition={"field": "late", "operator": "=", "value": True})
    for user, late in (("u1", True), ("u2", False)):
        stamp = now().isoformat()
        receive(
            cast.cafe,
            {
                "type": "track",
                "event": "Order Delivered",
                "userId": user,
                "timestamp": stamp,
                "properties": {"late": late},
            },
            received_at=now(),
        )
        receive(cast.cafe, {"type": "identify", "userId": user, "traits": {"name": f"Name {user}"}})
    ship_everything()

    page = owner.get(reverse("invitations:preview", args=[plan.id])).content.decode()

    assert "Name u1" in page
    assert "Name u2" not in page


def test_plan_log_and_funnel_show_what_became_of_it(owner, cast, survey, account):
    plan = plan_of(survey)
    ask(cast, cast.customer, cast.phoneless)

    shown = owner.get(reverse("invitations:plan", args=[plan.id])).content.decode()
    log = owner.get("/listen/invitations/log/?state=refused").content.decode()
    funnel = owner.get(reverse("invitations:funnel", args=[survey.id])).content.decode()

    assert "every 3s" in shown  # one waits for the gateway
    assert "کاوه آهنگر" in log
    assert "میرمحمدصادقی" not in log
    assert "۱۸۰" in funnel
    assert "±۱۱" in funnel
    assert (
        "میرمحمدصادقی" in owner.get(reverse("customers:customer", args=[cast.customer.id])).content.decode()
    )


def test_the_planner_reckons_anew_in_any_digits(owner, cast, survey):
    address = reverse("invitations:funnel", args=[survey.id])

    page = owner.get(
        address, {"invitations": "۱۰۰۰", "rate": "۱۲٫۵", "change": "5"}, headers={"HX-Request": "true"}
    )
    wrong = owner.get(address, {"invitations": "many", "rate": "0", "change": "5"})

    assert "۱۲۵" in page.content.decode()
    assert "<html" not in page.content.decode()
    assert wrong.status_code == 422


def test_a_viewer_sees_no_customers_and_changes_nothing(client, cast, survey):
    plan = plan_of(survey)
    client.force_login(cast.viewer.user)

    assert client.get(reverse("invitations:plan", args=[plan.id])).status_code == 200
    for address in (
        "/listen/invitations/log/",
        reverse("invitations:preview", args=[plan.id]),
        reverse("invitations:edit_plan", args=[plan.id]),
    ):
        assert client.get(address).status_code == 403
    assert client.post(reverse("invitations:state", args=[plan.id]), {"pause": "1"}).status_code == 403


def test_nobody_elsewhere_sees_a_plan(client, cast, survey):
    plan = plan_of(survey)
    client.force_login(cast.outsider.user)

    for name in ("plan", "edit_plan", "preview"):
        assert client.get(reverse(f"invitations:{name}", args=[plan.id])).status_code == 404
    for name in ("state", "list"):
        assert client.post(reverse(f"invitations:{name}", args=[plan.id])).status_code == 404
    assert client.get(reverse("invitations:funnel", args=[survey.id])).status_code == 404


def chosen_survey(owner):
    """Return which survey the form of a new plan begins with."""
    form = owner.get("/listen/invitations/plans/new/").context["form"]
    return form["survey"].value(), form.fields["survey"].empty_label


def test_a_new_plan_begins_with_the_one_open_survey_or_with_none_and_never_with_a_draft(owner, cast, survey):
    with inside(cast.cafe):
        draft = Survey.objects.create(workspace=cast.cafe, name="!", draft=survey.draft)

    assert chosen_survey(owner)[0] == survey.id

    with inside(cast.cafe):
        publish_survey(draft, by=cast.owner, at=now())
    chosen, nothing = chosen_survey(owner)
    assert chosen is None
    assert nothing
