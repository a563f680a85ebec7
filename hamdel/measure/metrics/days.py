"""Figures by day: what the days that are over come to, so that a year is not counted anew at every look.

A table of days holds, for each source, the sums (or, for waits, the values) of every day that is settled: over for so
long that nothing can change it but an event that comes late. `settling.py` fills them and says how far they hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hamdel.ground.workspaces.hours import Works
from hamdel.measure.metrics.open_time import fingerprint
from hamdel.measure.metrics.sources import (
    ASKINGS,
    CONVERSATIONS,
    INVITATIONS,
    PATIENCE,
    ROUNDS,
    SCORES,
    Cut,
    Source,
    bindings,
    kept,
)

# Sums over scores, each with the metric's own statistics; a score taken back counts as less than none.
SCORE_SUMS = {
    "n": "toInt64(sum(sign))",
    "total": "toFloat64(sum(sign * score))",
    "squares": "toFloat64(sum(sign * score * score))",
    "promoters": "toInt64(sum(sign * (score >= 9)))",
    "passives": "toInt64(sum(sign * (score > 6 AND score < 9)))",
    "detractors": "toInt64(sum(sign * (score <= 6)))",
    "top_two": "toInt64(sum(sign * (score >= scale_high - 1)))",
    "easy": "toInt64(sum(sign * (score >= 5)))",
}
ASKING_SUMS = {"part": "toInt64(countIf(completed))", "n": "toInt64(count())"}

# The last settling of each day counts; rows of an earlier one, or of one that a crash cut short, are not among these.
_CURRENT = """(day, settling) IN
  (
      SELECT day, max(settling)
      FROM settled_days
      WHERE workspace_id = {{workspace_id:UUID}}
        AND source = {{figures:String}}
        AND timezone = {{timezone:String}}
      GROUP BY day
  )"""
_SPAN = """workspace_id = {{workspace_id:UUID}}
  AND day >= {{from_day:DateTime64(3, 'UTC')}}
  AND day < {{to_day:DateTime64(3, 'UTC')}}"""

_SCORES_ASKED = f"""\
SELECT
    metric AS kind, roundDown(toUnixTimestamp(day), {{{{edges:Array(UInt32)}}}}) AS edge, {{key}} AS key,
    scale_low, scale_high,
    {{columns}}
FROM scores_by_day
WHERE {_SPAN}
  AND metric IN {{{{kinds:Array(String)}}}}
  AND {_CURRENT}
  {{conditions}}
GROUP BY kind, edge, key, scale_low, scale_high
"""
_ASKINGS_ASKED = f"""\
SELECT
    '' AS kind, roundDown(toUnixTimestamp(day), {{{{edges:Array(UInt32)}}}}) AS edge, {{key}} AS key,
    toFloat64(0) AS scale_low, toFloat64(0) AS scale_high,
    {{columns}}
FROM askings_by_day
WHERE {_SPAN}
  AND {_CURRENT}
  {{conditions}}
GROUP BY edge, key
"""
_WAITS_ASKED = f"""\
SELECT {{carried}} opened_at, wait, open_wait
FROM waits
WHERE {_SPAN}
  AND {_CURRENT}
"""

_WHOSE = "{{workspace_id:UUID}} AS owner"
_SETTLING = "{{settling:DateTime64(3, 'UTC')}} AS settling"


def _day(moment: str) -> str:
    return f"toDateTime(roundDown(toUnixTimestamp({moment}), {{{{edges:Array(UInt32)}}}}), 'UTC') AS day"


def _sums(sums: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} AS {name}" for name, sql in sums.items())


_SETTLE_SCORES = f"""\
SELECT
    {_WHOSE}, {_day("occurred_at")}, {_SETTLING}, metric,
    toFloat64(if(scale_max > scale_min, scale_min,
        transform(metric, {{{{kinds:Array(String)}}}}, {{{{lows:Array(Float32)}}}}, toFloat32(0)))) AS scale_low,
    toFloat64(if(scale_max > scale_min, scale_max,
        transform(metric, {{{{kinds:Array(String)}}}}, {{{{highs:Array(Float32)}}}}, toFloat32(0)))) AS scale_high,
    touchpoint, channel, survey_id, question,
    {_sums(SCORE_SUMS)}
FROM scores
WHERE workspace_id = {{{{workspace_id:UUID}}}}
  AND occurred_at >= {{{{start:DateTime64(3, 'UTC')}}}}
  AND occurred_at < {{{{end:DateTime64(3, 'UTC')}}}}
  AND score BETWEEN scale_low AND scale_high
GROUP BY day, metric, scale_low, scale_high, touchpoint, channel, survey_id, question
"""
_SETTLE_ASKINGS = f"""\
SELECT {_WHOSE}, {_day("delivered_at")}, {_SETTLING}, asked_touchpoint, asked_channel, asked_survey_id,
    {_sums(ASKING_SUMS)}
FROM
(
    {ASKINGS}
)
GROUP BY day, asked_touchpoint, asked_channel, asked_survey_id
"""
_SETTLE_WAITS = f"""\
SELECT {_WHOSE}, {_day("opened_at")}, {_SETTLING}, opened_at, wait, open_wait,
    asked_touchpoint, asked_channel, asked_topic
FROM
(
    {ROUNDS}
)
"""


@dataclass(frozen=True)
class ByDay:
    """The table of days of a source: which columns it has, how it is filled and asked.

    `patience` is how long after its end a day may still change in the ordinary course of things. With `is_joined` the
    days hold values that are put before the source's own rows; without, sums that are added to theirs.
    """

    table: str
    columns: tuple[str, ...]
    filling: str
    asking: str
    patience: timedelta = timedelta()
    is_joined: bool = False

    def figures(self, source: str, workspace: Works) -> str:
        """Return the name under which its settlings are kept: figures in working hours hold for those hours only."""
        return f"{source} {fingerprint(workspace)}" if self.is_joined else source

    def fits(self, source: Source, cuts: Sequence[Cut]) -> bool:
        """Tell whether the table can be cut like this; the properties of events are not kept by day."""
        return all(source.dimensions.get(cut.dimension) in self.columns for cut in cuts)

    def asked(
        self, source: Source, columns: str, *, by: Cut | None, filters: tuple[Cut, ...]
    ) -> tuple[str, dict[str, object]]:
        """Return the SQL that asks the table and the parameters it binds. Only for cuts that fit."""
        cuts = [*filters, by] if by else list(filters)
        own = [f"toString({source.dimensions[cut.dimension]})" for cut in cuts]
        sql = self.asking.format(
            key=own[-1] if by else "''",
            columns=columns,
            conditions=kept(own, filters),
            carried="".join(f"{column} AS cut_{place}, " for place, column in enumerate(own)),
        )
        return sql, bindings(cuts)


def _filled(source: Source, template: str) -> str:
    """Return the SQL that fills a table of days, with every dimension of its source as `asked_…`."""
    columns = source.dimensions.values()
    return template.format(
        inner="".join(f"{source.wrap.format(column)} AS asked_{column}, " for column in columns),
        carried="".join(f"asked_{column}, " for column in columns),
    )


DAYS: Mapping[str, ByDay] = {
    SCORES.table: ByDay(
        "scores_by_day",
        ("workspace_id", "day", "settling", "metric", "scale_low", "scale_high", "touchpoint", "channel", "survey_id", "question", *SCORE_SUMS),
        _filled(SCORES, _SETTLE_SCORES),
        _SCORES_ASKED,
    ),
    INVITATIONS.table: ByDay(
        "askings_by_day",
        ("workspace_id", "day", "settling", "touchpoint", "channel", "survey_id", *ASKING_SUMS),
        _filled(INVITATIONS, _SETTLE_ASKINGS),
        _ASKINGS_ASKED,
        patience=timedelta(seconds=PATIENCE),
    ),
    CONVERSATIONS.table: ByDay(
        "waits",
        ("workspace_id", "day", "settling", "opened_at", "wait", "open_wait", "touchpoint", "channel", "topic"),
        _filled(CONVERSATIONS, _SETTLE_WAITS),
        _WAITS_ASKED,
        patience=timedelta(seconds=PATIENCE),
        is_joined=True,
    ),
}  # fmt: skip
