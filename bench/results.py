"""Results of a survey that very many answered: first look, filters, tables and words, settled and not, in one run.

    .venv/bin/python -m bench.results [--responses 1000000] [--rounds 3]

Responses are made in PostgreSQL, finished at all hours of a year, one in twenty never. Each figure is counted from
PostgreSQL alone, then as the page counts it: what is settled in ClickHouse, the last hours in PostgreSQL. Both answers
must be equal, or the run fails.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from bench.grounds import found, make_schemas, own_home, own_postgres, stage

TARGETS = {"first": 1_000, "other": 2_000}
RARE = "زرافه"
MADE = """
INSERT INTO surveys_response (id, workspace_id, survey_id, version_id, resume_digest, channel, touchpoint, place,
    language, quota, score, started_at, completed_at, changed_at)
SELECT (lpad(to_hex((extract(epoch FROM began) * 1000)::bigint), 12, '0') || '7' || substr(md5('r' || n), 1, 3) || '8'
        || substr(md5('s' || n), 1, 15))::uuid,
    %(workspace)s, %(survey)s, %(version)s, md5('d' || n), (ARRAY['sms','link','email','qr'])[1 + n %% 4],
    (ARRAY['delivery','support'])[1 + n %% 2], (ARRAY['','تهران','شیراز','رشت'])[1 + n %% 4], 'fa', '', n * 7 %% 11, began,
    CASE WHEN n %% 20 > 0 THEN least(began + make_interval(secs => 40 + n %% 600), now()) END,
    least(began + make_interval(secs => 40 + n %% 600), now())
FROM generate_series(%(first)s::int, %(last)s::int) AS n,
    LATERAL (SELECT now() - make_interval(secs => (n::bigint * 104729 %% 31536000)::double precision) AS began) AS moment
ORDER BY began"""
ANSWERED = """
INSERT INTO surveys_answer (id, workspace_id, response_id, question, value, answered_at)
SELECT gen_random_uuid(), r.workspace_id, r.id, given.question, given.value, r.started_at
FROM surveys_response r, LATERAL (SELECT ('x' || substr(md5(r.id::text), 1, 7))::bit(28)::int AS n) AS dice,
    LATERAL (VALUES (1, 'score', to_jsonb(r.score)),
        (2, 'branch', to_jsonb((ARRAY['a','b','c','d','e'])[1 + n %% 5])),
        (3, 'why', CASE n %% 3 WHEN 0 THEN '["x"]' WHEN 1 THEN '["x", "z"]' ELSE '["y", "z"]' END::jsonb),
        (4, 'ease', to_jsonb(1 + n %% 7)),
        (5, 'said', CASE WHEN n %% 5 < 2 THEN to_jsonb('بسته را ' || n %% 40 || ' روز دیر آوردند و كسي پاسخ نمی‌داد '
            || n || CASE WHEN n %% 99991 = 0 THEN ' ' || %(rare)s ELSE '' END) END)) AS given (place, question, value)
WHERE r.survey_id = %(survey)s AND given.value IS NOT NULL
    -- Who did not finish left somewhere.
    AND (r.completed_at IS NOT NULL OR given.place <= dice.n %% 6)"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.results", description=__doc__.splitlines()[0])
    parser.add_argument("--responses", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with own_home() as folder:
        run(folder, options)


def run(folder: Path, options: argparse.Namespace) -> None:
    with own_postgres(folder) as urls:
        with stage("schemas"):
            make_schemas()
        import psycopg
        from django.utils.timezone import now

        from hamdel.ground import analytics
        from hamdel.ground.workspaces.tenancy import inside
        from hamdel.listen.results.settling import settle_survey

        workspace = found()
        with inside(workspace):
            survey = made_survey(workspace)
        with psycopg.connect(urls.owner, autocommit=True) as owner, stage(f"{options.responses:,} responses"):
            fill(owner, workspace, survey, options.responses)
        slow = measure(survey, options.rounds, is_settled=False)
        with stage("settled in ClickHouse, the first time"):
            new = settle_survey(survey, at=now())
        if not new:
            raise SystemExit("So few are not settled; make 25,000 at least.")
        with stage("looked again, nothing new"):
            settle_survey(survey, at=now())
        compare(slow, measure(survey, options.rounds, is_settled=True))
        analytics.close()


def made_survey(workspace):
    from django.utils.timezone import now

    from hamdel.ground.access.models import Member
    from hamdel.listen.surveys.actions import create_survey, publish_survey
    from hamdel.listen.surveys.models import Survey

    def choices(*values: str) -> list[dict]:
        return [{"value": value, "text": {"fa": value}} for value in values]

    questions = [
        {"key": "score", "kind": "score", "metric": "nps", "text": {"fa": "ما را پیشنهاد می‌کنید؟"}},
        {"key": "branch", "kind": "single", "text": {"fa": "کدام شعبه؟"}, "choices": choices(*"abcde")},
        {"key": "why", "kind": "multiple", "text": {"fa": "چرا؟"}, "choices": choices(*"xyz")},
        {"key": "ease", "kind": "score", "metric": "ces2", "text": {"fa": "آسان بود؟"}},
        {"key": "said", "kind": "long_text", "text": {"fa": "چیز دیگری هست؟"}},
    ]
    definition = {
        "format": 2,
        "languages": ["fa"],
        "pages": [{"key": f"p{n}", "questions": [one]} for n, one in enumerate(questions, 1)],
        "ends": [{"key": "thanks", "text": {"fa": "سپاس"}}],
    }
    survey = create_survey(
        workspace,
        name="bench",
        metric=None,
        touchpoint="",
        definition=definition,
        by=Member.objects.filter(workspace=workspace).first(),
    )
    publish_survey(survey, by=None, at=now())
    survey = Survey.objects.get(id=survey.id)
    survey.workspace = workspace
    return survey


def fill(owner, workspace, survey, responses: int) -> None:
    said = {"workspace": workspace.id, "survey": survey.id, "rare": RARE}
    owner.execute("SELECT set_config('app.workspace', %s, false)", [str(workspace.id)])
    version = owner.execute(
        "SELECT id FROM surveys_surveyversion WHERE survey_id = %s", [survey.id]
    ).fetchone()[0]
    owner.execute(MADE, {**said, "version": version, "first": 1, "last": responses})
    owner.execute(ANSWERED, said)
    owner.execute("VACUUM ANALYZE surveys_response")
    owner.execute("VACUUM ANALYZE surveys_answer")


def measure(survey, rounds: int, *, is_settled: bool) -> dict[str, tuple[float, object]]:
    """Return the median of the milliseconds and the answer of each question."""
    from django.utils.timezone import now

    from hamdel.ground.workspaces.tenancy import inside
    from hamdel.listen.results import page as page_module
    from hamdel.listen.results.crossing import crossed
    from hamdel.listen.results.leaving import leaving
    from hamdel.listen.results.page import counted_page, selection_of
    from hamdel.listen.results.settled import quickly, settled_of
    from hamdel.listen.results.texts import texts
    from hamdel.listen.results.versions import combined, versions_of

    def page(address: dict[str, str]):
        def count(chosen):
            found = counted_page(survey, chosen, versions, asked, "fa")
            counts = [
                (one.n, sorted(map(str, one.counted.values)), one.counted.others) for one in found.shown
            ]
            names = (found.channels, found.languages, found.places, found.touchpoints)
            return found.size, found.days, names, counts, found.left

        selection = selection_of(survey, address, "fa", at=now())
        return quickly(selection, count) if is_settled else count(selection)

    def table(row: str, column: str):
        selection = selection_of(survey, {}, "fa", at=now())
        if is_settled:
            return quickly(selection, lambda chosen: crossed(chosen, by_key[row], by_key[column]))
        return crossed(selection, by_key[row], by_key[column])

    def left():
        selection = selection_of(survey, {}, "fa", at=now())
        return quickly(selection, gone) if is_settled else gone(selection)

    def gone(selection):
        return [(page.page, page.left) for page in leaving(selection, asked, 0)]

    def words(word: str):
        selection = selection_of(survey, {}, "fa", at=now())
        return texts(selection, by_key["said"], word, most=25)

    with inside(survey.workspace):
        versions = versions_of(survey)
        asked = combined(versions, survey)
        by_key = {one.key: one for one in asked}
        assert (settled_of(survey) is not None) is is_settled
    low = '{"field":"score","operator":"≤","value":6}'
    both = f'{{"all":[{low},{{"field":"why.z","operator":"is set"}},{{"field":"branch","operator":"in","value":["a","c"]}}]}}'
    wrote = '{"field":"said","operator":"contains","value":"کسی پاسخ"}'
    questions = {
        "first look": lambda: page({}),
        "one channel": lambda: page({"channel": "sms"}),
        "those who gave 0 to 6": lambda: page({"rule": low}),
        "three conditions": lambda: page({"rule": both}),
        "who wrote some words": lambda: page({"rule": wrote}),
        "a table of two questions": lambda: table("branch", "score"),
        "where people left": left,
        "a rare word": lambda: words(RARE),
    }
    measured = {}
    for name, ask in questions.items():
        took = []
        for _round in range(rounds if is_settled else 1):
            page_module._kept.clear()
            began = time.perf_counter()
            with inside(survey.workspace):
                answer = ask()
            took.append(1000 * (time.perf_counter() - began))
        measured[name] = (statistics.median(took), answer)
        print(f"         {'settled' if is_settled else 'PostgreSQL'}: {name}, {took[0]:,.0f} ms", flush=True)
    return measured


def compare(slow: dict, quick: dict) -> None:
    print(f"{'':28}{'PostgreSQL':>14}{'settled':>12}{'ratio':>8}{'wanted':>12}")
    for number, (name, (before, expected)) in enumerate(slow.items()):
        after, answer = quick[name]
        if answer != expected:
            raise SystemExit(f"{name}: the settled answer is another.\n{expected}\n{answer}"[:4000])
        wanted = TARGETS["first" if number == 0 else "other"]
        print(f"{name:28}{before:>11,.0f} ms{after:>9,.0f} ms{before / after:>7.0f}×{wanted:>9,} ms")
    print("Every figure is the same both ways.")


if __name__ == "__main__":
    main()
