import pytest

from hamdel.measure.metrics.sampling import answers_for_change, answers_for_margin, margin_of, plan


def test_margins_need_the_published_numbers_of_answers():
    assert answers_for_margin(10) == 235
    assert answers_for_margin(5) == 938


def test_changes_need_the_published_numbers_of_answers():
    assert answers_for_change(10) == pytest.approx(958, abs=1)
    assert answers_for_change(10, 0.35, 0.35) == pytest.approx(1_099, abs=1)
    assert answers_for_change(5) == pytest.approx(3_830, abs=1)


def test_plan_says_what_600_invitations_are_worth():
    seen = plan(600, 0.3)

    assert seen.answers == 180
    assert round(seen.margin) == 11
    assert seen.answers_to_see_it == pytest.approx(3_830, abs=1)
    assert seen.invitations_to_see_it == pytest.approx(12_767, abs=5)


def test_margin_of_the_needed_answers_is_the_one_asked_for():
    assert margin_of(answers_for_margin(7)) == pytest.approx(7, abs=0.02)


def test_no_answers_have_no_margin():
    assert plan(0, 0.3).margin is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda: plan(-1, 0.3),
        lambda: plan(100, 0),
        lambda: plan(100, 1.1),
        lambda: answers_for_margin(0),
        lambda: answers_for_change(-5),
        lambda: answers_for_margin(5, 0.8, 0.3),
    ],
)
def test_impossible_plans_are_refused(ask):
    with pytest.raises(ValueError, match=r".+"):
        ask()
