"""Whoever waits for us is not asked how satisfied they are."""

from __future__ import annotations

from hamdel.act.cases.actions import close_case
from hamdel.act.cases.tests.test_cases import SATURDAY_MORNING, case  # noqa: F401  a fixture
from hamdel.act.contacts.asking import Ask
from hamdel.act.contacts.gate import check, reserve


def test_no_survey_while_a_case_is_open(case, cast):  # noqa: F811
    survey = Ask(customer_id=cast.customer.id, channel="sms", purpose="survey", sender="test")
    call = Ask(customer_id=cast.customer.id, channel="sms", purpose="follow_up", sender="test")

    [verdict] = reserve(cast.cafe, [survey], at=SATURDAY_MORNING)
    assert (verdict.allowed, verdict.reason) == (False, "open_case")
    assert check(cast.cafe, call, at=SATURDAY_MORNING).allowed

    close_case(case, by=cast.agent, outcome="recovered", at=SATURDAY_MORNING)
    assert check(cast.cafe, survey, at=SATURDAY_MORNING).allowed
