"""What browsers run: small, alone, and of one mind with the server."""

from __future__ import annotations

import gzip
import itertools
import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamdel.ground.rules import as_json, holds, parse
from hamdel.ground.rules.tests.making import PROPERTIES, anything, combined, comparisons
from hamdel.listen.surveys.definition import Metric, read_answer, read_definition
from hamdel.listen.widgets.site_views import SCRIPTS
from hamdel.listen.widgets.tests.conftest import QUESTIONS

SDK = Path(__file__).parents[4] / "sdk"
MOST_BYTES = 12_000
# What sites call. Nothing of it may go while the file is named v1.
CALLS = {
    "init", "track", "identify", "page", "group", "alias", "reset", "flush", "consent", "show", "hide", "push",
    "pushOff", "anonymousId", "version",
}  # fmt: skip


def asked(module, cases):
    """Return what a module of the SDK says to the cases."""
    if not (SDK / "node_modules" / "esbuild").exists():
        pytest.skip("the SDK's packages are not installed: bin/setup")
    program = (Path(__file__).parent / "sdk.mjs").read_text()
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program, "--", str(SDK / "src" / module)],
        cwd=SDK, input=json.dumps(cases), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_the_sdk_is_small():
    script = (SCRIPTS / "v1.js").read_bytes()

    assert len(gzip.compress(script, 9)) <= MOST_BYTES
    assert len(gzip.compress((SCRIPTS / "push.v1.js").read_bytes(), 9)) <= 1_000


def test_it_stands_alone_and_asks_for_no_loose_policy():
    script = (SCRIPTS / "v1.js").read_text()
    package = json.loads((SDK / "package.json").read_text())

    assert set(package["dependencies"]) == {"esbuild"}
    assert not re.search(
        r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write|\.cookie", script
    )
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", script)


def test_every_published_call_is_still_there():
    source = (SDK / "src" / "v1.ts").read_text()
    offered = source[source.index("const hamdel = {") : source.index("declare global")]

    assert {name for name in CALLS if re.search(rf"^  {name}[:,(]", offered, re.MULTILINE)} == CALLS


def test_it_is_typed_without_complaint():
    if not (SDK / "node_modules" / "typescript").exists():
        pytest.skip("the type checker is not installed: bin/setup --dev")

    done = subprocess.run(
        ["npx", "--no-install", "tsc", "--noEmit"], cwd=SDK, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def plain(value):
    """JSON has one kind of number: 12.0 is 12."""
    return int(value) if isinstance(value, float) and value == int(value) else value


def written(rule):
    return json.loads(json.dumps(as_json(rule)), parse_float=lambda text: plain(float(text)))


def test_browser_and_server_agree_about_every_rule():
    cases, expected = [], []

    @settings(max_examples=1_500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        combined(comparisons(PROPERTIES)),
        st.dictionaries(st.sampled_from(sorted(PROPERTIES)), anything, max_size=5),
    )
    def gather(rule, values):
        values = {name: plain(value) for name, value in values.items()}
        form = written(rule)
        cases.append([form, values])
        expected.append(holds(parse(form), values))

    gather()

    found = asked("rules.ts", cases)

    differing = [
        (case, want) for case, want, got in zip(cases, expected, found, strict=True) if want is not got
    ]
    assert len(cases) > 1_000
    assert 0.1 < sum(expected) / len(expected) < 0.9
    assert differing == []


BRANCHING = {
    "format": 2, "languages": ["en"],
    "pages": [
        {"key": "a", "questions": [{"key": "s", "kind": "score", "metric": "csat", "text": {"en": "s"}}],
         "next": [{"if": {"field": "s", "operator": "≤", "value": 2}, "to": "d"}, {"if": {"field": "s", "operator": "=", "value": 5}, "to": "end:best"}]},
        {"key": "b", "questions": [{"key": "m", "kind": "multiple", "text": {"en": "m"}, "choices": [{"value": "x", "text": {"en": "x"}}, {"value": "y", "text": {"en": "y"}}]}]},
        {"key": "c", "shown_if": {"field": "m.x", "operator": "=", "value": True}, "questions": [{"key": "t", "kind": "text", "text": {"en": "t"}}]},
        {"key": "d", "questions": [
            {"key": "h", "kind": "hidden", "text": {"en": "h"}},
            {"key": "n", "kind": "number", "text": {"en": "n"}, "shown_if": {"field": "channel", "operator": "=", "value": "kiosk"}}]},
        {"key": "e", "questions": [{"key": "x", "kind": "matrix", "text": {"en": "x"}, "choices": [{"value": "1", "text": {"en": "1"}}, {"value": "2", "text": {"en": "2"}}], "rows": [{"value": "r", "text": {"en": "r"}}]}],
         "next": [{"if": {"field": "x.r", "operator": "=", "value": "2"}, "to": "end"}]},
        {"key": "f", "shown_if": {"not": {"field": "n", "operator": "is set"}}, "questions": [{"key": "z", "kind": "consent", "text": {"en": "z"}}]},
    ],
    "ends": [{"key": "best", "text": {"en": "best"}}, {"key": "rest", "text": {"en": "rest"}}],
}  # fmt: skip
BRANCHING["ends"][0]["if"] = {"field": "z", "operator": "=", "value": True}
# What is offered follows what was chosen on the page before.
NARROWED = {
    "format": 2, "languages": ["en"],
    "pages": [
        BRANCHING["pages"][1],
        {"key": "c", "questions": [{"key": "c", "kind": "single", "text": {"en": "c"}, "choices": [
            {"value": value, "text": {"en": value}, "shown_if": {"field": f"m.{value}", "operator": "=", "value": True}}
            for value in "xy"]}]},
        {"key": "r", "questions": [{"key": "r", "kind": "matrix", "text": {"en": "r"}, "choices": [{"value": "1", "text": {"en": "1"}}],
            "rows": [{"value": "r", "text": {"en": "r"}, "shown_if": {"field": "c", "operator": "=", "value": "x"}}]}]},
    ],
    "ends": [{"key": "rest", "text": {"en": "rest"}}],
}  # fmt: skip


# A ranking and a sum lead on as they do on the respondent page.
RANKED = {
    "format": 2, "languages": ["en"],
    "pages": [
        {"key": "a", "questions": [
            {"key": "r", "kind": "ranking", "text": {"en": "r"}, "choices": [{"value": "1", "text": {"en": "1"}}, {"value": "y", "text": {"en": "y"}}]},
            {"key": "t", "kind": "constant_sum", "text": {"en": "t"}, "choices": [{"value": "x", "text": {"en": "x"}}, {"value": "y", "text": {"en": "y"}}]}]},
        {"key": "b", "shown_if": {"field": "r", "operator": "is set"}, "questions": [{"key": "u", "kind": "text", "text": {"en": "u"}}]},
        {"key": "c", "shown_if": {"field": "r.y", "operator": "=", "value": True}, "questions": [{"key": "v", "kind": "text", "text": {"en": "v"}}]},
        {"key": "d", "shown_if": {"field": "t.x", "operator": ">", "value": 50}, "questions": [{"key": "w", "kind": "text", "text": {"en": "w"}}]},
    ],
    "ends": [{"key": "rest", "text": {"en": "rest"}}],
}  # fmt: skip


def way_of(definition, language, typed):
    """Walk as the server does: a page is saved, then the next is decided."""
    asks, answers, seen = read_definition(definition), {}, []
    about = {"language": language, "channel": "kiosk"}
    page = asks.next_page(-1, asks.facts(answers, about))
    while page is not None:
        shown = asks.shown(page, asks.facts(answers, about))
        last = asks.next_page(page, asks.facts(answers, about)) is None
        offered = [[question.key, [choice.value for choice in question.choices]] for question in shown]
        seen.append([page, offered, last])
        for question in shown:
            found = read_answer(question, typed, Metric.NPS)
            answers |= {key: value for key, value in found.items() if value is not None}
        page = asks.next_page(page, asks.facts(answers, about))
    facts = asks.facts(answers, about)
    return [seen, asks.local(asks.end(facts, asks.way(facts).end).text, language)]


def test_a_kiosk_without_a_network_leads_the_way_the_server_would():
    scores = [{}, *({"s": str(n)} for n in range(1, 6)), {"s": "۳"}]
    ticks = [{}, {"m.x": "1"}, {"m.y": "1"}, {"m.x": "1", "m.y": "1"}]
    rest = [{}, {"n": "۱۲"}, {"x.r": "2"}, {"x.r": "1"}, {"z": "true"}, {"n": "3", "z": "true"}]
    cases = [[BRANCHING, "en", {**a, **b, **c}] for a, b, c in itertools.product(scores, ticks, rest)]
    cases += [
        [NARROWED, "en", {**a, **b}]
        for a, b in itertools.product(ticks, [{}, {"c": "x"}])
        if not b or "m.x" in a
    ]
    orders = [{}, {"r.1": "1", "r.2": "y"}, {"r.1": "y", "r.2": "1"}]
    sums = [{}, {"t.x": "۷۰", "t.y": "30"}, {"t.y": "100"}]
    cases += [[RANKED, "en", {**a, **b}] for a, b in itertools.product(orders, sums)]
    cases += [[QUESTIONS, "fa", {"score": str(n), "liked.price": "1"}] for n in range(11)]

    found = asked("kiosk/flow.ts", cases)

    expected = [way_of(*case) for case in cases]
    assert [pair for pair in zip(cases, expected, found, strict=True) if pair[1] != pair[2]] == []
    assert len({json.dumps(way[0]) for way in expected}) > 10


HOUR, DAY = 3_600_000, 86_400_000
NOW = 1_000 * DAY


def memory(*, ago=None, answered=False, other_ago=None):
    """Return what a browser remembers: when it saw this widget, and another one after it."""
    widgets = {} if ago is None else {"w": {"at": NOW - ago, "answered": answered}}
    last = min((one for one in (ago, other_ago) if one is not None), default=None)
    return {"widgets": widgets} | ({} if last is None else {"last": NOW - last})


FREQUENCY = [
    ("days", memory(), True),
    ("days", memory(other_ago=2 * DAY), False),
    ("days", memory(other_ago=8 * DAY), True),
    ("days", memory(ago=29 * DAY), False),
    ("days", memory(ago=31 * DAY), True),
    ("days", memory(ago=31 * DAY, answered=True), False),
    ("days", memory(ago=31 * DAY, other_ago=DAY), False),
    ("once", memory(ago=300 * DAY), False),
    ("until_answered", memory(ago=HOUR // 6), False),
    ("until_answered", memory(ago=HOUR), True),
    ("until_answered", memory(ago=HOUR, answered=True), False),
    ("until_answered", memory(ago=DAY, other_ago=HOUR), False),
    ("always", memory(ago=1_000), True),
]


def test_a_browser_is_asked_as_often_as_the_form_says():
    widgets = [
        {"id": "w", "form": "slide_in", "often": often, "days": 30} for often, _seen, _due in FREQUENCY
    ]
    cases = [[widget, seen, 7, NOW] for widget, (_often, seen, _due) in zip(widgets, FREQUENCY, strict=True)]

    found = asked("widgets/targeting.ts", cases)

    wrong = [case for case, got in zip(FREQUENCY, found, strict=True) if case[2] is not got]
    assert wrong == []
