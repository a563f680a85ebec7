"""Formbricks' webhook, signed as Standard Webhooks prescribe."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.utils.translation import gettext_lazy as _

from hamdel.listen.exchange.scales import metric_of
from hamdel.listen.feedback.connectors import Arrival, Connector, Refused, digest_of, insist, insist_fresh
from hamdel.listen.feedback.heard import SAID, Call, Person, call, items, mapping, number, score, text, words
from hamdel.listen.feedback.moments import moment


class Formbricks(Connector):
    name = "formbricks"
    label = "Formbricks"
    about = _("Scores and words of finished responses")
    steps = (
        _(
            "In Formbricks open Integrations → Webhooks and add one with the address below for “Response finished”."
        ),
        _("Copy the signing secret (it begins with whsec_) and paste it here."),
    )
    icon = "survey"

    def verify(self, arrival: Arrival, secret: str) -> None:
        identity, at = (arrival.headers.get(f"webhook-{part}", "") for part in ("id", "timestamp"))
        if not identity or not at:
            raise Refused("signature")
        signed = f"{identity}.{at}.".encode() + arrival.body
        expected = digest_of(key_of(secret), signed)
        # Several signatures, while a secret is being replaced: one that fits is enough.
        for stated in arrival.headers.get("webhook-signature", "").split():
            version, _comma, signature = stated.partition(",")
            try:
                if version == "v1":
                    insist(expected, signature, encoding="base64")
                    insist_fresh(at, arrival.at)
                    return
            except Refused as refusal:
                if refusal.code == "old":
                    raise
        raise Refused("signature")

    def delivery_id(self, arrival: Arrival, payload: dict[str, Any]) -> str:  # noqa: ARG002  others look into it
        return arrival.headers.get("webhook-id", "")

    def kind(self, payload: dict[str, Any]) -> str:
        return text(payload.get("event"))

    def read(self, payload: dict[str, Any]) -> list[Call] | None:
        if self.kind(payload) not in {"responseFinished", "responseUpdated", "responseCreated"}:
            return None
        data = payload["data"]
        if data.get("finished") is not True:
            return []
        response, at = text(data["id"]), moment(data.get("updatedAt")) or moment(data.get("createdAt"))
        survey = mapping(data.get("survey"))
        common = {
            "source": "formbricks", "survey_id": text(data.get("surveyId")), "language": text(data.get("language")),
            "channel": "link" if text(survey.get("type")) == "link" else "web",
            "survey": words(survey.get("title") or survey.get("name"))[:200],
        }  # fmt: skip
        questions = {text(one.get("id")): one for one in _questions(survey)}
        calls: list[Call] = []
        for name, value in mapping(data.get("data")).items():
            calls += _answer(name, value, questions.get(name, {}), response, at, _person(data), common)
        return calls


def key_of(secret: str) -> bytes:
    """Return the key: what stands behind whsec_ in base64, or the text itself when it is none."""
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def _person(data: dict[str, Any]) -> Person:
    contact, traits = mapping(data.get("contact")), mapping(data.get("contactAttributes"))
    return Person(
        "formbricks", id=text(contact.get("id")), user_id=text(contact.get("userId")) or text(traits.get("userId")),
        email=text(traits.get("email")), phone=text(traits.get("phone")), name=text(traits.get("name")),
    )  # fmt: skip


def _questions(survey: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the questions: a plain list in older versions, elements of blocks in newer ones."""
    blocks = [mapping(block) for block in items(survey.get("blocks"))]
    inside = [element for block in blocks for element in items(block.get("elements"))]
    return [mapping(one) for one in [*items(survey.get("questions")), *inside]]


def _answer(
    name: str,
    value: Any,
    question: dict[str, Any],
    response: str,
    at: Any,
    who: Person,
    common: dict[str, Any],
) -> list[Call]:
    kind, identity = text(question.get("type")), f"{response}:{name}"
    title = _title(question) or text(name)
    given = number(value)
    if given is not None:
        low, high = (0, 10) if kind == "nps" else (1, int(number(question.get("range")) or 0))
        metric = (
            "nps"
            if kind == "nps"
            else "csat"
            if kind == "csat" and high == 5
            else metric_of(low, high, title)
        )
        metric = metric if kind in {"nps", "csat", "ces", "rating"} else ""
        if not metric:
            return []
        return score(
            metric, given, low, high, key=identity, at=at, by=who, about=response, question=title, **common
        )
    # Without the survey's questions a text may be an id of a choice: only what is known to be written counts.
    if isinstance(value, str) and kind in {"openText", ""} and (said := words(value)):
        return [call(SAID, key=identity, at=at, by=who, about=response, text=said, kind="survey", question=title,
                     response_id=response, **common)]  # fmt: skip
    return []


def _title(question: dict[str, Any]) -> str:
    headline = question.get("headline")
    if isinstance(headline, dict):
        headline = headline.get("default") or next(iter(headline.values()), "")
    return words(headline)[:200]
