"""The exact shapes each program sends, and the events they become."""

from __future__ import annotations

import pytest

ZENDESK = {
    "account_id": 22129848,
    "id": "cbe4028c-7239-495d-b020-f22348516046",
    "subject": "zen:ticket:35436",
    "time": "2026-11-20T10:00:00Z",
    "type": "zen:event-type:ticket.created",
    "zendesk_event_version": "2022-11-06",
    "detail": {
        "id": "35436", "status": "NEW", "priority": "HIGH", "requester_id": "8447388090494", "organization_id": "8447346621310",
        "assignee_id": None, "subject": "Order never came", "description": "Where is my <b>order</b>?", "tags": ["late"],
        "via": {"channel": "email"}, "created_at": "2026-11-20T10:00:00Z",
    },
    "event": {"meta": {"sequence": {"id": "01", "position": 1}}},
}  # fmt: skip


def zendesk(kind, identity, event, **detail):
    return {
        **ZENDESK,
        "id": identity,
        "type": f"zen:event-type:ticket.{kind}",
        "event": event,
        "detail": {**ZENDESK["detail"], **detail},
    }


def test_zendesk_tells_a_ticket_from_its_beginning_to_its_rating(source):
    zd = source("zendesk")

    zd.call(ZENDESK)
    comment = {
        "id": "901",
        "body": "We are looking",
        "is_public": True,
        "author": {"id": "5", "is_staff": True, "name": "Ali"},
    }
    zd.call(zendesk("comment_added", "e2", {"comment": comment}))
    zd.call(
        zendesk(
            "comment_added",
            "e3",
            {
                "comment": {
                    **comment,
                    "id": "902",
                    "body": "Thanks!",
                    "author": {"id": "8447388090494", "is_staff": False, "name": "Sara"},
                }
            },
        )
    )
    zd.call(zendesk("comment_added", "e4", {"comment": {**comment, "id": "903", "is_public": False}}))
    zd.call(zendesk("status_changed", "e5", {"current": "SOLVED", "previous": "OPEN"}))
    zd.call(zendesk("status_changed", "e6", {"current": "OPEN", "previous": "SOLVED"}))
    zd.call(
        zendesk(
            "satisfaction_rating_changed",
            "e7",
            {"current": {"id": 77, "score": "bad", "comment": "Too slow"}},
        )
    )

    told = zd.told()
    assert [name for name, _properties in told] == [
        "Conversation Started", "Reply Sent", "Feedback Given", "Conversation Resolved", "Conversation Reopened", "Score Given", "Feedback Given",
    ]  # fmt: skip
    assert {properties["conversation_id"] for _name, properties in told} == {"35436"}
    assert told[0][1]["topic"] == "Order never came"
    assert told[0][1]["text"] == "Where is my order?"
    assert (told[0][1]["channel"], told[1][1]["by"], told[1][1]["agent"]) == ("email", "human", "Ali")
    score = told[5][1]
    assert (score["metric"], score["score"], score["scale_min"], score["scale_max"], score["comment"]) == (
        "csat",
        0,
        0,
        1,
        "Too slow",
    )
    assert zd.logged()[0]["context"]["externalIds"] == [{"type": "zendesk", "id": "8447388090494"}]
    assert zd.logged()[0]["occurredAt"].startswith("2026-11-20T10:00:00")


CONTACT = {
    "id": 12,
    "name": "زهرا",
    "email": "zahra@example.ir",
    "phone_number": "+989121234567",
    "identifier": "u-42",
    "type": "contact",
}
CONVERSATION = {
    "id": 7, "inbox_id": 1, "status": "open", "channel": "Channel::WebWidget", "meta": {"sender": CONTACT, "assignee": None},
    "messages": [{"content": "سلام", "message_type": 0}], "created_at": 1_795_000_000, "updated_at": 1_795_000_100,
}  # fmt: skip


def message(identity, kind, content, **more):
    return {"event": "message_created", "id": identity, "content": content, "message_type": kind, "content_type": "text", "private": False,
            "created_at": "2026-11-20T10:00:05.000Z", "sender": CONTACT, "conversation": CONVERSATION, "account": {"id": 1}, **more}  # fmt: skip


def test_chatwoot_tells_a_conversation_and_its_rating(source):
    cw = source("chatwoot")
    rating = {"submitted_values": {"csat_survey_response": {"rating": 4, "feedback_message": "خوب بود"}}}

    cw.call({**CONVERSATION, "event": "conversation_created"}, delivery="1")
    cw.call(message(1, "incoming", "سفارشم کجاست؟"), delivery="2")
    cw.call(
        message(2, "outgoing", "در راه است", sender={"id": 3, "name": "علی", "type": "user"}), delivery="3"
    )
    cw.call(message(3, "outgoing", "bot", sender={"id": 9, "name": "Bot", "type": "agent_bot"}), delivery="4")
    cw.call(message(4, "outgoing", "note", private=True), delivery="5")
    cw.call(
        {
            **CONVERSATION,
            "event": "conversation_status_changed",
            "status": "resolved",
            "changed_attributes": [{"status": {"previous_value": "open", "current_value": "resolved"}}],
        },
        delivery="6",
    )
    cw.call(
        {
            **message(5, "template", "rate us"),
            "event": "message_updated",
            "content_type": "input_csat",
            "content_attributes": rating,
        },
        delivery="7",
    )

    told = cw.told()
    assert [(name, p.get("by")) for name, p in told] == [
        ("Conversation Started", None), ("Feedback Given", None), ("Reply Sent", "human"), ("Reply Sent", "bot"),
        ("Conversation Resolved", None), ("Score Given", None), ("Feedback Given", None),
    ]  # fmt: skip
    assert (told[0][1]["channel"], told[0][1]["topic"]) == ("chat", "سلام")
    assert (told[5][1]["metric"], told[5][1]["score"], told[5][1]["comment"]) == ("csat", 4, "خوب بود")
    assert {event["userId"] for event in cw.logged()} == {"u-42"}
    assert cw.logged()[0]["context"]["traits"]["phone"] == "+989121234567"


def intercom(topic, identity="notif_1", **item):
    contacts = {
        "type": "contact.list",
        "contacts": [{"type": "contact", "id": "5ba682", "external_id": "u-42"}],
    }
    source = {
        "type": "conversation",
        "id": "403918",
        "subject": "",
        "body": "<p>Where is it?</p>",
        "author": {"type": "user", "id": "5ba682", "name": "Sara", "email": "sara@example.com"},
    }
    return {
        "type": "notification_event", "app_id": "a1", "id": identity, "topic": topic, "delivery_status": "pending", "delivery_attempts": 1,
        "created_at": 1_795_000_200,
        "data": {"type": "notification_event_data", "item": {"type": "conversation", "id": "1911149811", "created_at": 1_795_000_000, "contacts": contacts, "source": source, **item}},
    }  # fmt: skip


def part(identity, author, body="<p>Hello</p>"):
    return {
        "type": "conversation_part.list",
        "conversation_parts": [
            {
                "type": "conversation_part",
                "id": identity,
                "part_type": "comment",
                "body": body,
                "created_at": 1_795_000_100,
                "author": {"type": author, "id": "1", "name": "Ali"},
            }
        ],
        "total_count": 1,
    }


def test_intercom_tells_a_conversation_and_its_rating(source):
    ic = source("intercom")
    rating = {"rating": 2, "remark": "Slow", "created_at": 1_795_000_300, "updated_at": 1_795_000_300}

    ic.call(intercom("conversation.user.created"))
    ic.call(intercom("conversation.admin.replied", "notif_2", conversation_parts=part("p1", "admin")))
    ic.call(
        intercom(
            "conversation.user.replied", "notif_3", conversation_parts=part("p2", "user", "<p>Thanks</p>")
        )
    )
    ic.call(intercom("conversation.admin.closed", "notif_4"))
    ic.call(intercom("conversation.rating.added", "notif_5", conversation_rating=rating))
    ping = ic.call(
        {"type": "notification_event", "topic": "ping", "id": "notif_0", "data": {"item": {"type": "ping"}}}
    )

    told = ic.told()
    assert ping.status_code == 200
    assert [name for name, _p in told] == [
        "Conversation Started",
        "Reply Sent",
        "Feedback Given",
        "Conversation Resolved",
        "Score Given",
        "Feedback Given",
    ]
    assert told[0][1]["text"] == "Where is it?"
    assert (told[4][1]["metric"], told[4][1]["score"], told[4][1]["scale_max"]) == ("csat", 2, 5)
    assert {event["userId"] for event in ic.logged()} == {"u-42"}
    assert ic.logged()[0]["context"]["traits"]["email"] == "sara@example.com"


TYPEFORM = {
    "event_id": "LtWXD3crgy", "event_type": "form_response",
    "form_response": {
        "form_id": "lT4Z3j", "token": "a3a12ec67a1365927098a606107fac15", "landed_at": "2026-11-20T09:59:00Z", "submitted_at": "2026-11-20T10:00:00Z",
        "hidden": {"user_id": "u-42"},
        "definition": {"id": "lT4Z3j", "title": "After delivery", "fields": [
            {"id": "f1", "title": "How likely are you to recommend us?", "type": "nps", "ref": "r1", "properties": {}},
            {"id": "f2", "title": "How satisfied were you?", "type": "rating", "ref": "r2", "properties": {"steps": 5}},
            {"id": "f3", "title": "How many pets?", "type": "number", "ref": "r3", "properties": {}},
            {"id": "f4", "title": "Why?", "type": "long_text", "ref": "r4", "properties": {}},
            {"id": "f5", "title": "Mail", "type": "email", "ref": "r5", "properties": {}},
        ]},
        "answers": [
            {"type": "number", "number": 3, "field": {"id": "f1", "type": "nps", "ref": "r1"}},
            {"type": "number", "number": 4, "field": {"id": "f2", "type": "rating", "ref": "r2"}},
            {"type": "number", "number": 2, "field": {"id": "f3", "type": "number", "ref": "r3"}},
            {"type": "text", "text": "It was cold", "field": {"id": "f4", "type": "long_text", "ref": "r4"}},
            {"type": "email", "email": "sara@example.com", "field": {"id": "f5", "type": "email", "ref": "r5"}},
        ],
    },
}  # fmt: skip


def test_typeform_tells_scores_and_words(source):
    tf = source("typeform")

    tf.call(TYPEFORM)

    told = tf.told()
    assert [(name, p.get("metric"), p.get("score"), p.get("text")) for name, p in told] == [
        ("Score Given", "nps", 3, None), ("Score Given", "csat", 4, None), ("Feedback Given", None, None, "It was cold"),
    ]  # fmt: skip
    assert tf.logged()[0]["userId"] == "u-42"
    assert tf.logged()[0]["context"]["traits"]["email"] == "sara@example.com"


def formbricks(event, *, finished=True):
    questions = [
        {"id": "q1", "type": "nps", "headline": {"default": "Recommend us?"}},
        {"id": "q2", "type": "openText", "headline": {"default": "Why?"}},
        {
            "id": "q3",
            "type": "rating",
            "range": 7,
            "scale": "number",
            "headline": {"default": "They made it easy"},
        },
        {"id": "q4", "type": "multipleChoiceSingle", "headline": {"default": "Which?"}},
    ]
    return {
        "webhookId": "cm1", "event": event,
        "data": {
            "id": "resp1", "surveyId": "survey1", "createdAt": "2026-11-20T10:00:00.000Z", "updatedAt": "2026-11-20T10:01:00.000Z", "finished": finished,
            "data": {"q1": 10, "q2": "Quick", "q3": 6, "q4": "Red"}, "meta": {"url": "https://shop.example", "source": "web"}, "ttc": {"q1": 900},
            "contact": {"id": "c1", "userId": "u-42"}, "contactAttributes": {"email": "sara@example.com"}, "variables": {}, "language": "en",
            "survey": {"title": "NPS", "type": "app", "status": "inProgress", "questions": questions},
        },
    }  # fmt: skip


def test_formbricks_tells_a_finished_response_once(source):
    fb = source("formbricks")

    fb.call(formbricks("responseCreated", finished=False), delivery="m1")
    fb.call(formbricks("responseUpdated"), delivery="m2")
    fb.call(formbricks("responseFinished"), delivery="m3")

    assert [(name, p.get("metric"), p.get("score"), p.get("text")) for name, p in fb.told()] == [
        ("Score Given", "nps", 10, None), ("Feedback Given", None, None, "Quick"), ("Score Given", "ces2", 6, None),
    ]  # fmt: skip
    assert {event["userId"] for event in fb.logged()} == {"u-42"}


SHAPES = {
    "zendesk": ZENDESK,
    "chatwoot": {**CONVERSATION, "event": "conversation_created"},
    "intercom": intercom("conversation.user.created"),
    "formbricks": formbricks("responseFinished"),
    "typeform": TYPEFORM,
}


@pytest.mark.parametrize("name", SHAPES)
def test_whoever_cannot_be_recognised_is_told_apart_by_the_conversation(source, name):
    """Nobody's conversation is lost for want of an e-mail."""
    over = source(name)
    stripped = without_people(SHAPES[name])

    over.call(stripped)

    assert over.logged()
    assert all(event["anonymousId"].startswith(f"{name}:") for event in over.logged())


def without_people(part):
    dropped = {"requester_id", "sender", "contacts", "contact", "contactAttributes", "hidden", "author"}
    if isinstance(part, dict):
        return {
            name: without_people(value)
            for name, value in part.items()
            if name not in dropped and value != "sara@example.com"
        }
    return [without_people(one) for one in part] if isinstance(part, list) else part
