"""Whatever is sent, the door answers without failing, and what it says it took is there.

`FUZZ_EXAMPLES` asks for more than the few hundred of every day.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamdel.ground.workspaces.tenancy import across_workspaces, inside
from hamdel.listen.events.calls import TYPES
from hamdel.listen.events.commit import Committer
from hamdel.listen.events.door import IntakeDoor
from hamdel.listen.events.keys import SourceKeys
from hamdel.listen.events.models import LoggedEvent, QuarantinedEvent, Source
from hamdel.listen.events.tests.asking import Ask, app_url, one

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
TEXT = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(
    [
        "__proto__",
        "\u202eevil",
        "می\u200cخواهم",
        "\x00",
        "\ud800",
        "'; DROP TABLE events_log; --",
        "{{7*7}}",
        "\\u0000",
    ]
)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
VALUE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)
MOMENT = st.datetimes().map(lambda moment: moment.isoformat() + "Z") | VALUE
CALL = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(sorted(TYPES)) | VALUE,
        "event": TEXT | VALUE,
        "name": VALUE,
        "userId": TEXT | VALUE,
        "anonymousId": VALUE,
        "previousId": VALUE,
        "groupId": VALUE,
        "messageId": VALUE,
        "timestamp": MOMENT,
        "originalTimestamp": MOMENT,
        "sentAt": MOMENT,
        "properties": st.dictionaries(TEXT, VALUE, max_size=4) | VALUE,
        "traits": st.dictionaries(TEXT, VALUE, max_size=4) | VALUE,
        "context": st.dictionaries(TEXT, VALUE, max_size=4) | VALUE,
        "channel": VALUE,
    },
)
GOOD = st.just({"type": "track", "event": "Good", "userId": "u"})
BATCH = st.fixed_dictionaries(
    {"batch": st.lists(CALL | GOOD | VALUE, max_size=6)}, optional={"sentAt": MOMENT, "context": VALUE}
)
BODY = (
    (BATCH | CALL | VALUE).map(lambda value: json.dumps(value).encode())
    | (BATCH | CALL).map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    | st.binary(max_size=60)
    | st.sampled_from(
        [b"[" * 10_000 + b"]" * 10_000, b'{"batch":[1e400,-0,1E+2]}', b'{"batch":[{"a":' * 9_000]
    )
)
PATHS = st.sampled_from(
    ["batch", "b", "track", "identify", "page", "alias", "group", "import", "t/", "nowhere"]
)


@pytest.fixture
def door(cast):
    """A door with its committer, in an event loop that lives as long as the test."""
    with inside(cast.cafe):
        Source.objects.create(workspace=cast.cafe, name="site", write_key="wk-site")

    async def opened():
        committer = Committer(app_url())
        committer.start()
        return IntakeDoor(committer, SourceKeys(app_url()))

    with asyncio.Runner() as runner:
        door = runner.run(opened())
        yield lambda request: runner.run(one(door, request))
        runner.run(door.committer.stop())


@pytest.mark.django_db(transaction=True)
def test_no_payload_makes_it_fail_or_lose_an_event(door):
    taken = {"accepted": 0, "rejected": 0}

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(body=BODY, path=PATHS, zipped=st.booleans())
    def send(body, path, zipped):
        headers = {"content-encoding": "gzip"} if zipped else {}
        request = Ask(f"/v1/{path}", gzip.compress(body) if zipped else body, key="wk-site", headers=headers)

        answer = door(request)

        assert answer.status < 500, answer.raw
        if answer.status == 200:
            taken["accepted"] += answer.json["accepted"]
            taken["rejected"] += len(answer.json["rejected"])
        else:
            assert set(answer.json) == {"code", "message"}

    send()

    with across_workspaces():
        logged = list(LoggedEvent.objects.values_list("body", flat=True))
        held = QuarantinedEvent.objects.count()
    # Equal message ids are one event, in the log as in the quarantine.
    assert 0 < len(logged) <= taken["accepted"]
    assert 0 < held <= taken["rejected"]
    assert all(json.loads(body)["type"] in TYPES for body in logged)
