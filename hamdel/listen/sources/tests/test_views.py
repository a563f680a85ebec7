"""The import pages: from a file to events, without a command line."""

from __future__ import annotations

import csv
import io
import json

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.events.models import LoggedEvent, QuarantinedEvent
from hamdel.listen.sources.models import ImportRun, Upload
from hamdel.listen.sources.uploading import bring_in

ORDERS = (
    "شماره سفارش,کد مشتری,موبایل,تاریخ,مبلغ,شهر\n"
    "۱۰۰۱,c-1,۰۹۱۲۱۲۳۴۵۶۷,۱۴۰۵/۰۳/۰۲,۱۲٬۵۰۰,شیراز\n"
    "1002,c-2,09121112233,2026-05-24 18:30,98000,تهران\n"
    "1003,c-3,09121112244,فردا,1000,تهران\n"
    "1004,c-3,09121112244,1405/03/03,خیلی,تهران\n"
)
CHOICES = {
    "kind": "orders", "metric": "csat", "currency": "toman", "touchpoint": "purchase", "channel": "web", "rest": "on",
    "column_user": "کد مشتری", "column_phone": "موبایل", "column_time": "تاریخ", "column_order": "شماره سفارش",
    "column_total": "مبلغ",
}  # fmt: skip


@pytest.fixture
def analyst(client, cast):
    client.force_login(cast.analyst.user)
    return client


def give(client, text=ORDERS, name="سفارش‌ها.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("sources:imports"), {"file": SimpleUploadedFile(name, content)})


def upload_of(cast):
    with inside(cast.cafe):
        return Upload.objects.select_related("workspace", "run__source").get()


def events(cast):
    with inside(cast.cafe):
        return [orjson.loads(row.body) for row in LoggedEvent.objects.order_by("position")]


def test_a_file_of_orders_becomes_orders(analyst, cast):
    assert give(analyst).status_code == 302
    upload = upload_of(cast)

    told = analyst.post(reverse("sources:meaning", args=[upload.id]), CHOICES).content.decode()
    begun = analyst.post(reverse("sources:start", args=[upload.id]))
    bring_in(upload_of(cast))
    page = analyst.get(begun.url).content.decode()

    assert "۲</strong> رویداد" in told
    assert "«فردا» تاریخ نیست." in told
    assert [(e["userId"], e["name"], e["properties"]["total"]) for e in events(cast)] == [
        ("c-1", "Order Completed", 125_000),
        ("c-2", "Order Completed", 980_000),
    ]
    first = events(cast)[0]
    assert first["occurredAt"].startswith("2026-05-22T20:30")
    assert first["properties"]["شهر"] == "شیراز"
    assert first["properties"]["order_id"] == "۱۰۰۱"
    assert first["context"]["traits"]["phone"] == "۰۹۱۲۱۲۳۴۵۶۷"
    assert "انجام شد، با چند سطر ردشده" in page
    assert "«خیلی» عدد نیست." in page
    with inside(cast.cafe):
        assert not Upload.objects.exists()
        assert ImportRun.objects.get().by == cast.analyst


def test_the_columns_are_guessed_from_their_names(analyst, cast):
    give(analyst)

    page = analyst.get(reverse("sources:meaning", args=[upload_of(cast).id])).content.decode()

    assert 'value="orders" ' in page.replace("checked", "").replace("required", "")
    for column in ("کد مشتری", "موبایل", "تاریخ", "مبلغ"):
        assert f'<option value="{column}" selected>' in page
    assert "۱۲٬۵۰۰" in page


def test_what_is_missing_is_said_and_nothing_may_start(analyst, cast):
    give(analyst)
    upload = upload_of(cast)

    told = analyst.post(
        reverse("sources:meaning", args=[upload.id]),
        {**CHOICES, "kind": "scores", "column_user": "", "column_phone": "", "column_score": ""},
    )

    assert told.status_code == 422
    assert "دست‌کم یک ستون" in told.content.decode()
    assert reverse("sources:start", args=[upload.id]) not in told.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.doc", b"hello", "این نوع فایل خوانده نمی‌شود"),
        ("a.csv", b"", "خالی"),
        ("a.csv", b"\n\n", "سطر اول باید نام ستون‌ها باشد"),
        ("a.parquet", b"PAR1 not", "Parquet"),
        ("a.xlsx", b"PK\x03\x04 not", "اکسل"),
        ("a.csv.gz", b"\x1f\x8b broken", "فشرده"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(analyst, cast, name, content, reason):
    answer = give(analyst, content, name)

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    with inside(cast.cafe):
        assert not Upload.objects.exists()


def test_events_in_json_lines_need_no_description(analyst, cast):
    line = {"type": "track", "event": "Store Visited", "userId": "u1", "timestamp": "2026-05-01T10:00:00Z"}
    give(analyst, json.dumps(line) + "\n", "events.jsonl")
    upload = upload_of(cast)

    page = analyst.get(reverse("sources:meaning", args=[upload.id])).content.decode()
    told = analyst.post(
        reverse("sources:written", args=[upload.id]), {"mapping": '{"events": [{"as_is": true}]}'}
    )
    analyst.post(reverse("sources:start", args=[upload.id]))
    bring_in(upload_of(cast))

    assert "as_is" in page
    assert "Store Visited" in told.content.decode()
    assert [event["name"] for event in events(cast)] == ["Store Visited"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"events": []}',
        '{"events": [{"event": "{nothing}", "messageId": "1", "timestamp": "{x}"}]}',
    ],
)
def test_a_mapping_that_cannot_be_used_is_told_why(analyst, cast, text):
    give(analyst)
    upload = upload_of(cast)

    told = analyst.post(reverse("sources:written", args=[upload.id]), {"mapping": text})
    started = analyst.post(reverse("sources:start", args=[upload.id]), follow=True)

    assert "notice--bad" in told.content.decode()
    assert started.status_code == 200
    with inside(cast.cafe):
        assert not ImportRun.objects.exists()


def test_a_file_given_twice_adds_nothing(analyst, cast):
    for _turn in range(2):
        give(analyst)
        upload = upload_of(cast)
        analyst.post(reverse("sources:meaning", args=[upload.id]), CHOICES)
        analyst.post(reverse("sources:start", args=[upload.id]))
        bring_in(upload_of(cast))

    with inside(cast.cafe):
        runs = ImportRun.objects.order_by("started_at")
        assert [(run.events_added, run.events_known) for run in runs] == [(2, 0), (0, 2)]
    assert len(events(cast)) == 2


def test_a_job_killed_halfway_goes_on(analyst, cast, monkeypatch):
    from hamdel.listen.sources import importing, uploading

    lines = "".join(f"{n},c-{n},0912111{n:04},1405/03/02,1000,x\n" for n in range(100))
    give(analyst, ORDERS.splitlines()[0] + "\n" + lines)
    analyst.post(reverse("sources:meaning", args=[upload_of(cast).id]), CHOICES)
    analyst.post(reverse("sources:start", args=[upload_of(cast).id]))
    monkeypatch.setattr(importing, "EVENTS_A_CHECKPOINT", 10)

    def killed(file, mapping, written, *, source):
        def watch(run, _share):
            if run.events_added >= 30:
                raise SystemExit

        return importing.import_file(file, mapping, written, source=source, watch=watch)

    with monkeypatch.context() as dying, pytest.raises(SystemExit):
        dying.setattr(uploading, "import_file", killed)
        bring_in(upload_of(cast))
    with inside(cast.cafe):
        halfway = ImportRun.objects.get()
    bring_in(upload_of(cast))

    assert (halfway.finished_at, 30 <= halfway.rows_read < 100) == (None, True)
    with inside(cast.cafe):
        run = ImportRun.objects.get()
    assert (run.events_added, run.events_known, run.share) == (100, 0, 1)


def test_refused_rows_are_handed_out_with_line_and_reason(analyst, cast):
    give(analyst)
    analyst.post(reverse("sources:meaning", args=[upload_of(cast).id]), CHOICES)
    begun = analyst.post(reverse("sources:start", args=[upload_of(cast).id]))
    bring_in(upload_of(cast))

    answer = analyst.get(f"{begun.url}refused.csv")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[:2] for row in rows] == [
        ["سطر", "دلیل"],
        ["4", "«فردا» تاریخ نیست."],
        ["5", "«خیلی» عدد نیست."],
    ]


def test_a_refused_row_is_mended_in_the_quarantine_and_becomes_an_event(analyst, cast):
    give(analyst)
    analyst.post(reverse("sources:meaning", args=[upload_of(cast).id]), CHOICES)
    analyst.post(reverse("sources:start", args=[upload_of(cast).id]))
    bring_in(upload_of(cast))
    with inside(cast.cafe):
        held = QuarantinedEvent.objects.get(line=4)
    release = reverse("events:release")

    still = {**json.loads(held.payload), "تاریخ": "پس‌فردا"}
    analyst.post(release, {"event": held.id, "replay": "1", "payload": json.dumps(still)})
    with inside(cast.cafe):
        held.refresh_from_db()
    assert held.replayed_at is None
    assert "پس‌فردا" in held.reason
    mended = {**json.loads(held.payload), "تاریخ": "1405/03/04"}
    analyst.post(release, {"event": held.id, "replay": "1", "payload": json.dumps(mended)})

    assert [event["userId"] for event in events(cast)] == ["c-1", "c-2", "c-3"]
    with inside(cast.cafe):
        held.refresh_from_db()
        page = analyst.get(reverse("sources:run", args=[ImportRun.objects.get().id])).content.decode()
    assert held.replayed_at is not None
    assert "۱ مورد پس از آن اصلاح و پذیرفته شد" in page


def test_a_row_is_mended_cell_by_cell(analyst, cast):
    give(analyst)
    analyst.post(reverse("sources:meaning", args=[upload_of(cast).id]), CHOICES)
    analyst.post(reverse("sources:start", args=[upload_of(cast).id]))
    bring_in(upload_of(cast))
    with inside(cast.cafe):
        held = QuarantinedEvent.objects.get(line=5)
    page = analyst.get(reverse("events:quarantine")).content.decode()
    cells = {f"cell-{place}": value for place, value in enumerate(json.loads(held.payload).values())}

    analyst.post(reverse("events:release"), {"event": held.id, "replay": "1", **cells, "cell-4": "۷۵۰"})

    assert 'value="خیلی"' in page
    assert [event["properties"]["total"] for event in events(cast)] == [125_000, 980_000, 7_500]


def test_the_quarantine_shows_the_rows_of_one_import_alone(analyst, cast):
    give(analyst)
    analyst.post(reverse("sources:meaning", args=[upload_of(cast).id]), CHOICES)
    analyst.post(reverse("sources:start", args=[upload_of(cast).id]))
    bring_in(upload_of(cast))
    with inside(cast.cafe):
        run = ImportRun.objects.get()

    only = analyst.get(reverse("events:quarantine"), {"import": run.id}).content.decode()
    other = analyst.get(reverse("events:quarantine"), {"import": "018f0000-0000-7000-8000-000000000000"})

    assert "«فردا» تاریخ نیست." in only
    assert "«فردا»" not in other.content.decode()


@pytest.mark.parametrize("person", ["agent", "viewer"])
def test_who_may_not_see_sources_sees_no_imports(client, cast, person):
    client.force_login(getattr(cast, person).user)

    assert client.get(reverse("sources:imports")).status_code == 403


def test_an_outsider_finds_nothing(client, analyst, cast):
    give(analyst)
    upload = upload_of(cast)
    analyst.post(reverse("sources:meaning", args=[upload.id]), CHOICES)
    begun = analyst.post(reverse("sources:start", args=[upload.id]))
    client.force_login(cast.outsider.user)

    assert client.get(begun.url).status_code == 404
    assert client.get(f"{begun.url}refused.csv").status_code == 404
    assert client.get(reverse("sources:meaning", args=[upload.id])).status_code == 404
    assert "سفارش‌ها.csv" not in client.get(reverse("sources:imports")).content.decode()
