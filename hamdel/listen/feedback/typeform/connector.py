"""Typeform's webhook: one finished response with its answers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from hamdel.listen.exchange.scales import metric_of
from hamdel.listen.feedback.connectors import Arrival, Connector, Refused, digest_of, insist
from hamdel.listen.feedback.heard import SAID, Call, Person, call, items, mapping, number, score, text, words
from hamdel.listen.feedback.moments import moment


class Typeform(Connector):
    name = "typeform"
    label = "Typeform"
    about = _("Scores and words of finished responses")
    steps = (
        _("In Typeform open the form → Connect → Webhooks and add one with the address below."),
        _("Edit the webhook, switch its secret on, and paste the secret you see here."),
        _("Hidden fields named user_id, email, phone or name tell us who answers."),
    )
    icon = "survey"
    makes_secret = True

    def verify(self, arrival: Arrival, secret: str) -> None:
        stated = arrival.headers.get("typeform-signature", "")
        if not stated.startswith("sha256="):
            raise Refused("signature")
        insist(digest_of(secret, arrival.body), stated.removeprefix("sha256="), encoding="base64")

    def delivery_id(self, arrival: Arrival, payload: dict[str, Any]) -> str:
        return text(payload.get("event_id")) or super().delivery_id(arrival, payload)

    def kind(self, payload: dict[str, Any]) -> str:
        return text(payload.get("event_type"))

    def read(self, payload: dict[str, Any]) -> list[Call] | None:
        if self.kind(payload) != "form_response":
            return None
        response = payload["form_response"]
        definition = mapping(response.get("definition"))
        fields = {text(field.get("id")): field for field in map(mapping, items(definition.get("fields")))}
        token, at = text(response["token"]), moment(response.get("submitted_at"))
        answers = [mapping(answer) for answer in items(response.get("answers"))]
        who = _person(mapping(response.get("hidden")), answers)
        common = {"source": "typeform", "survey_id": text(response.get("form_id")), "channel": "link",
                  "survey": words(definition.get("title"))[:200]}  # fmt: skip
        calls: list[Call] = []
        for answer in answers:
            calls += _answer(answer, fields, token, at, who, common)
        return calls


def _person(hidden: dict[str, Any], answers: list[dict[str, Any]]) -> Person:
    given = {text(answer.get("type")): text(answer.get(text(answer.get("type")))) for answer in answers}
    return Person(
        "typeform", user_id=text(hidden.get("user_id")) or text(hidden.get("userid")),
        email=text(hidden.get("email")) or given.get("email", ""),
        phone=text(hidden.get("phone")) or given.get("phone_number", ""), name=text(hidden.get("name")),
    )  # fmt: skip


def _answer(
    answer: dict[str, Any],
    fields: dict[str, dict[str, Any]],
    token: str,
    at: Any,
    who: Person,
    common: dict[str, Any],
) -> list[Call]:
    about, kind = mapping(answer.get("field")), text(answer.get("type"))
    field = fields.get(text(about.get("id")), about)
    identity, title = f"{token}:{text(about.get('id'))}", words(field.get("title"))[:200]
    if kind == "number":
        low, high, metric = _scale(field, title)
        value = number(answer.get("number"))
        if not metric or value is None:
            return []
        return score(
            metric, value, low, high, key=identity, at=at, by=who, about=token, question=title, **common
        )
    if kind == "text" and (said := words(answer.get("text"))):
        return [call(SAID, key=identity, at=at, by=who, about=token, text=said, kind="survey", question=title,
                     response_id=token, **common)]  # fmt: skip
    return []


def _scale(field: dict[str, Any], title: str) -> tuple[int, int, str]:
    """Return the scale of a number and the metric it feeds; "" for one that feeds none."""
    kind, properties = text(field.get("type")), mapping(field.get("properties"))
    if kind == "nps":
        return 0, 10, "nps"
    steps = int(number(properties.get("steps")) or 0)
    low = 1 if kind == "rating" or properties.get("start_at_one") is True else 0
    if kind not in {"rating", "opinion_scale"} or steps < 2:
        return 0, 0, ""
    high = low + steps - 1
    return low, high, metric_of(low, high, title)
