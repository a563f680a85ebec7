"""What a score means, in a sentence: how sure it is, and whether it moved or only seems to have."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hamdel.measure.metrics.changes import Change, Verdict
from hamdel.measure.metrics.registry import Interval, Metric
from hamdel.measure.metrics.results import MetricResult
from hamdel.ui import formats
from hamdel.ui.score import written

# What n counts, by the table a metric reads.
COUNTED = {
    "scores": lambda n: ngettext("%(n)s answer", "%(n)s answers", n),
    "survey_steps": lambda n: ngettext("%(n)s invitation", "%(n)s invitations", n),
    "orders": lambda n: ngettext("%(n)s customer", "%(n)s customers", n),
    "conversations_log": lambda n: ngettext("%(n)s conversation", "%(n)s conversations", n),
}

INTERVALS = {
    Interval.ADJUSTED_WALD: gettext_lazy("adjusted Wald"),
    Interval.WILSON: gettext_lazy("Wilson"),
    Interval.STUDENT: gettext_lazy("Student’s t, with ¾ answer added at each end of the scale"),
    Interval.ORDER: gettext_lazy("order statistics"),
}


def counted(result: MetricResult, n: int | None = None) -> str:
    """Write how many answers, invitations, customers or conversations a score rests on."""
    n = result.n if n is None else n
    return COUNTED[result.metric.source.table](n) % {"n": formats.number(n)}


class Shown:
    """A result as `{% score %}` draws it: n in its own words, and a verdict only where there is something to compare.

    A response rate counts invitations, a repeat purchase customers; and a first period has no verdict at all,
    which is not the same as having too few answers for one.
    """

    def __init__(self, result: MetricResult) -> None:
        self.result = result

    def __getattr__(self, name: str) -> Any:
        return getattr(self.result, name)

    @property
    def counted(self) -> str:
        return counted(self.result) if self.result.n else ""

    @property
    def change(self) -> Change | None:
        return self.result.change if self.result.before else None

    @property
    def verdict(self) -> Verdict | None:
        return self.result.verdict if self.result.before else None


def certainty(result: MetricResult) -> str:
    """Say what the score is and how sure it is."""
    if result.value is None:
        return _("Nobody has answered in this period, so there is no value: not zero, none.")
    said = {"value": _written(result, result.value), "counted": counted(result)}
    if result.low is None or result.high is None:
        return _("%(value)s, from %(counted)s: too few to say how sure it is.") % said
    said |= {"low": _written(result, result.low), "high": _written(result, result.high)}
    return _(
        "%(value)s, from %(counted)s. With a confidence of 95%%, the true value lies between %(low)s and %(high)s."
    ) % {**said}


def verdict_sentence(result: MetricResult) -> str:
    """Say whether it moved since the period before, and whether that is good."""
    if result.value is None:
        return ""
    if result.before is None:
        return _("There is nothing in the period before to compare it with.")
    before = {"before": _written(result, result.before.value), "counted": counted(result, result.before.n)}
    compared = _("The period before had %(before)s, from %(counted)s.") % before
    return f"{compared} {_judged(result)}"


def _judged(result: MetricResult) -> str:
    change = result.change
    moved = _written(result, abs(change.difference)) if change.difference is not None else ""
    match result.verdict:
        case Verdict.TOO_FEW:
            return _("With fewer than %(n)s in one of the two, nothing can be said about the change.") % {
                "n": formats.number(result.minimum_sample)
            }
        case Verdict.NO_EVIDENCE:
            return _("A difference of %(moved)s can be mere chance: there is no evidence of change.") % {
                "moved": moved
            }
        case Verdict.UP:
            text = _("It rose by %(moved)s, more than chance would do, and that is good.")
            worse = _("It rose by %(moved)s, more than chance would do, and that is bad.")
        case _:
            text = _("It fell by %(moved)s, more than chance would do, and that is good.")
            worse = _("It fell by %(moved)s, more than chance would do, and that is bad.")
    return (text if change.better else worse) % {"moved": moved}


def _written(result: MetricResult, value: float) -> str:
    """Write a value with its unit, so that it can stand in a sentence."""
    text = written(value, str(result.metric.unit))
    return _("%(points)s points") % {"points": text} if result.metric.unit == "points" else text


def interval_words(metric: Metric) -> str:
    """Say how the interval is found, for whoever wants to check it."""
    said = {"interval": str(INTERVALS[metric.interval]), "n": formats.number(metric.minimum_sample)}
    return _("95%% interval: %(interval)s. Judged and ranked from %(n)s answers on.") % said
