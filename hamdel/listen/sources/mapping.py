"""A mapping: how one row of a file, or one group of rows, becomes events of the shape the intake takes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, cast
from zoneinfo import ZoneInfo

import orjson

from hamdel.listen.sources import conditions  # noqa: F401 - registers the conditions
from hamdel.listen.sources.values import (
    Grammar,
    MappingError,
    Row,
    RowRejected,
    Value,
    _text,
    compile_fields,
    filled_fields,
    number_of,
    plain,
)

FORMAT = 1
TOP = {"format", "name", "description", "read", "let", "skip", "group", "customer", "events"}
EVENT = {
    "type", "event", "when", "for_each", "as", "messageId", "timestamp", "customer", "touchpoint", "channel",
    "score", "properties", "traits", "context", "groupId", "previousId", "let",
}  # fmt: skip
CUSTOMER = {"userId", "anonymousId", "email", "phone", "externalIds", "traits"}
SCORE = {"metric", "value", "min", "max", "comment", "question"}
READ = {"encoding", "delimiter", "timezone", "empty"}
GROUP = {"by", "within"}
TYPES = ("track", "identify", "page", "screen", "group", "alias")
FIELDS_OF_TEXT = ("messageId", "groupId", "previousId")


@dataclass(frozen=True)
class Reading:
    """How the file itself is read; empty means found out."""

    encoding: str = ""
    delimiter: str = ""
    timezone: str = ""
    empty: tuple[str, ...] = ("",)


@dataclass(frozen=True)
class Skip:
    """Rows the mapping leaves out on purpose, counted under their reason."""

    when: Value
    because: str


@dataclass(frozen=True)
class Customer:
    """Who the event is about: identifiers and traits."""

    ids: dict[str, Value] = field(default_factory=dict)
    external: dict[str, Value] = field(default_factory=dict)
    contact: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """A score with its scale; outside of it a row is refused."""

    metric: Value
    value: Value
    low: float
    high: float
    words: dict[str, Value]


@dataclass(frozen=True)
class EventRule:
    """One event that a row may give."""

    type: str
    name: Value | None
    when: Value
    let: dict[str, Value]
    texts: dict[str, Value]
    timestamp: Value
    customer: Customer
    score: Score | None
    properties: dict[str, Value]
    traits: dict[str, Value]
    context: dict[str, Value]
    for_each: Value | None = None
    item: str = ""


@dataclass(frozen=True)
class RowMapping:
    """A mapping compiled for one file."""

    name: str
    skips: list[Skip]
    let: dict[str, Value]
    rules: list[EventRule]
    group_by: Value | None = None
    group_within: int = 5_000
    # The rows of the file are events already (JSON lines of Segment shape).
    as_is: bool = False

    def skipped(self, row: Row) -> str:
        """Return why the mapping leaves this row out, or ""."""
        return next((skip.because for skip in self.skips if skip.when(row)), "")

    def events(self, row: Row) -> Iterator[dict[str, Any]]:
        """Yield the events of a row or group. Raises RowRejected; then none of its events may be used."""
        if self.as_is:
            yield with_message_id(row["*"])
            return
        row = computed(self.let, row)
        for rule in self.rules:
            for seen in occasions(rule, row):
                if rule.when(seen):
                    yield event_of(rule, seen)


def with_message_id(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event with an id; one without is named by its content, so that sending it again adds nothing."""
    if event.get("messageId"):
        return event
    content = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    return event | {"messageId": f"row-{hashlib.blake2b(content, digest_size=16).hexdigest()}"}


def computed(let: dict[str, Value], row: Row) -> Row:
    """Return the row with its computed columns, each able to use those before it."""
    if not let:
        return row
    wider = dict(row)
    for name, value in let.items():
        wider[name] = value(wider)
    return wider


def occasions(rule: EventRule, row: Row) -> Iterator[Row]:
    """Yield the row once, or once for each item of the list that the rule goes through."""
    if rule.for_each is None:
        yield computed(rule.let, row)
        return
    for number, item in enumerate(rule.for_each(row) or [], 1):
        fields = (
            {f"{rule.item}.{name}": value for name, value in item.items()} if isinstance(item, dict) else {}
        )
        yield computed(rule.let, {**row, rule.item: item, f"{rule.item}.number": number, **fields})


def event_of(rule: EventRule, row: Row) -> dict[str, Any]:
    """Return one event. Raises RowRejected."""
    event: dict[str, Any] = {"type": rule.type}
    if rule.name is not None:
        event["event"] = needed(rule.name(row), "the event has no name")
    moment = needed(rule.timestamp(row), "the event has no timestamp")
    event["timestamp"] = plain(moment) if isinstance(moment, datetime) else _text(moment)
    event |= {name: _text(found) for name, value in rule.texts.items() if (found := value(row)) is not None}
    needed(event.get("messageId"), "the event has no messageId")
    describe_customer(rule, row, event)
    if rule.type in ("identify", "group"):
        event["traits"] = event.get("traits", {}) | filled_fields(rule.traits, row)
    else:
        event["properties"] = filled_fields(rule.properties, row) | (
            score_of(rule.score, row) if rule.score else {}
        )
    if context := filled_fields(rule.context, row):
        event["context"] = event.get("context", {}) | context
    return event


def needed(value: Any, otherwise: str) -> Any:
    if value in (None, ""):
        raise RowRejected(otherwise)
    return value


def describe_customer(rule: EventRule, row: Row, event: dict[str, Any]) -> None:
    """Add identifiers and traits where the intake expects them for this type of event."""
    customer = rule.customer
    event |= {name: text for name, value in customer.ids.items() if (text := _text(value(row)))}
    traits = filled_fields(customer.contact, row)
    external = [
        {"type": system, "id": text, "collection": "users", "encoding": "none"}
        for system, value in customer.external.items()
        if (text := _text(value(row)))
    ]
    if not any(
        (event.get("userId"), event.get("anonymousId"), external, traits.get("email"), traits.get("phone"))
    ):
        raise RowRejected("nothing says which customer this is about")
    context: dict[str, Any] = {"externalIds": external} if external else {}
    if traits and rule.type == "identify":
        event["traits"] = traits
    elif traits:
        context["traits"] = traits
    if context:
        event["context"] = context


def score_of(score: Score, row: Row) -> dict[str, Any]:
    """Return the properties of a score. Raises RowRejected outside of its scale."""
    found = needed(number_of(score.value(row)), "the score is empty")
    if not score.low <= found <= score.high:
        raise RowRejected(f"score {found} is outside of {score.low}–{score.high}")
    words = filled_fields(score.words, row)
    return {
        "metric": score.metric(row),
        "score": plain(found),
        "scale_min": score.low,
        "scale_max": score.high,
    } | words


def reading_of(written: dict[str, Any]) -> Reading:
    """Return how the file is to be read. Raises MappingError."""
    check_shape(written)
    parts = dict(written.get("read") or {})
    _only(parts, READ, "read")
    return Reading(**parts | {"empty": tuple(parts.get("empty", ("",)))})


def check_shape(written: Any) -> None:
    """Refuse what cannot be a mapping of this format. Raises MappingError."""
    if not isinstance(written, dict) or not isinstance(written.get("events"), list) or not written["events"]:
        raise MappingError("a mapping is a JSON object with a list of 'events'")
    if written.get("format", FORMAT) != FORMAT:
        raise MappingError(f"format {written['format']!r} is not known here; this version reads {FORMAT}")
    _only(written, TOP, "mapping")


def compile_mapping(written: dict[str, Any], *, columns: list[str] | None, zone: ZoneInfo) -> RowMapping:
    """Compile a mapping for a file with these columns (None: JSON lines). Raises MappingError.

    `zone` is meant where neither the cell nor the mapping names a time zone.
    """
    reading = reading_of(written)
    if written["events"] == [{"as_is": True}]:
        return RowMapping(name=written.get("name", ""), skips=[], let={}, rules=[], as_is=True)
    own_zone = ZoneInfo(reading.timezone) if reading.timezone else zone
    grammar = Grammar(own_zone, frozenset(columns) if columns is not None else None, frozenset(reading.empty))
    skips = [_skip(grammar, skip, f"skip[{number}]") for number, skip in enumerate(written.get("skip", []))]
    group = written.get("group") or {}
    _only(group, GROUP, "group")
    let, wider = _let(grammar, written.get("let") or {}, "let")
    rules = [
        _rule(wider, rule, written.get("customer") or {}, f"events[{number}]")
        for number, rule in enumerate(written["events"])
    ]
    return RowMapping(
        name=written.get("name", ""),
        skips=skips,
        let=let,
        rules=rules,
        group_by=grammar.value(group["by"], "group.by") if group else None,
        group_within=int(group.get("within", 5_000)),
    )


def _only(written: Any, allowed: set[str], where: str) -> None:
    if not isinstance(written, dict):
        raise MappingError(f"{where}: an object is needed")
    if extra := set(written) - allowed:
        raise MappingError(
            f"{where}: {', '.join(sorted(extra))} is not known; known: {', '.join(sorted(allowed))}"
        )


def _let(grammar: Grammar, written: dict[str, Any], where: str) -> tuple[dict[str, Value], Grammar]:
    let: dict[str, Value] = {}
    for name, value in written.items():
        let[name] = grammar.value(value, f"{where}.{name}")
        grammar = _wider(grammar, {name})
    return let, grammar


def _wider(grammar: Grammar, names: set[str]) -> Grammar:
    if grammar.columns is None:
        return grammar
    return Grammar(grammar.zone, grammar.columns | names, grammar.empty)


def _skip(grammar: Grammar, written: dict[str, Any], where: str) -> Skip:
    if set(written) != {"when", "because"}:
        raise MappingError(f"{where}: 'when' and 'because' are needed")
    return Skip(grammar.value(written["when"], f"{where}.when"), str(written["because"]))


def _rule(grammar: Grammar, written: dict[str, Any], customer: dict[str, Any], where: str) -> EventRule:
    _only(written, EVENT, where)
    kind = written.get("type", "track")
    if kind not in TYPES:
        raise MappingError(f"{where}: type is one of {', '.join(TYPES)}")
    item = written.get("as", "item")
    for_each = grammar.value(written["for_each"], f"{where}.for_each") if "for_each" in written else None
    if for_each is not None:
        # What the items of a list hold is not known before they are read.
        grammar = Grammar(grammar.zone, _AnyOf(grammar.columns, f"{item}."), grammar.empty)
        grammar = _wider(grammar, {item, f"{item}.number"})
    let, grammar = _let(grammar, written.get("let") or {}, f"{where}.let")
    return EventRule(
        type=kind,
        name=_name(grammar, written, kind, where),
        when=grammar.value(written.get("when", True), f"{where}.when"),
        let=let,
        texts=_texts(grammar, written, where),
        timestamp=_timestamp(grammar, written, where),
        customer=_customer(grammar, customer | written.get("customer", {}), where),
        score=_score(grammar, written["score"], f"{where}.score") if "score" in written else None,
        properties=compile_fields(grammar, _properties(written), f"{where}.properties"),
        traits=compile_fields(grammar, written.get("traits", {}), f"{where}.traits"),
        context=compile_fields(grammar, written.get("context", {}), f"{where}.context"),
        for_each=for_each,
        item=item,
    )


class _AnyOf(frozenset[str]):
    """A set of columns that also has every name with a certain start."""

    start: str

    def __new__(cls, names: frozenset[str] | None, start: str) -> Self:
        made = cast(Self, super().__new__(cls, names or ()))
        made.start = start
        return made

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or str(name).startswith(self.start)

    def __or__(self, other: Any) -> _AnyOf:
        return _AnyOf(frozenset([*self, *other]), self.start)


def _name(grammar: Grammar, written: dict[str, Any], kind: str, where: str) -> Value | None:
    if kind == "track" and "event" not in written:
        raise MappingError(f"{where}: an event needs a name under 'event'")
    return grammar.value(written["event"], f"{where}.event") if "event" in written else None


def _timestamp(grammar: Grammar, written: dict[str, Any], where: str) -> Value:
    if "timestamp" not in written:
        raise MappingError(f"{where}: an event needs its 'timestamp'")
    moment = written["timestamp"]
    return grammar.value({"date": moment} if isinstance(moment, str) else moment, f"{where}.timestamp")


def _texts(grammar: Grammar, written: dict[str, Any], where: str) -> dict[str, Value]:
    if "messageId" not in written:
        raise MappingError(f"{where}: 'messageId' is needed, so that the same file sent twice adds nothing")
    return {
        name: grammar.value(written[name], f"{where}.{name}") for name in FIELDS_OF_TEXT if name in written
    }


def _properties(written: dict[str, Any]) -> dict[str, Any]:
    top = {name: written[name] for name in ("touchpoint", "channel") if name in written}
    return written.get("properties", {}) | top


def _customer(grammar: Grammar, written: dict[str, Any], where: str) -> Customer:
    where = f"{where}.customer"
    _only(written, CUSTOMER, where)
    contact = written.get("traits", {}) | {
        name: written[name] for name in ("email", "phone") if name in written
    }
    return Customer(
        ids=compile_fields(
            grammar, {n: written[n] for n in ("userId", "anonymousId") if n in written}, where
        ),
        external=compile_fields(grammar, written.get("externalIds", {}), f"{where}.externalIds"),
        contact=compile_fields(grammar, contact, f"{where}.traits"),
    )


def _score(grammar: Grammar, written: dict[str, Any], where: str) -> Score:
    _only(written, SCORE, where)
    if missing := {"metric", "value", "min", "max"} - set(written):
        raise MappingError(f"{where}: {', '.join(sorted(missing))} is needed")
    words = {name: written[name] for name in ("comment", "question") if name in written}
    return Score(
        metric=grammar.value(written["metric"], f"{where}.metric"),
        value=grammar.value(written["value"], f"{where}.value"),
        low=written["min"],
        high=written["max"],
        words=compile_fields(grammar, words, where),
    )
