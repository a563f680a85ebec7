"""What stands around the questions of a Qualtrics survey: quotas, scoring, and how it is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.names import Names
from hamdel.listen.exchange.plain_text import plain, short
from hamdel.listen.exchange.shapes import items, mapping, number, text, whole

if TYPE_CHECKING:
    from hamdel.listen.exchange.qualtrics import QualtricsReader

MOMENT = re.compile(r"(?!0000)(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?")
YES, NO = {"true", "yes", "1", "on"}, {"false", "no", "0", "off"}


class Around:
    """Reads the elements that are no questions."""

    def __init__(self, reader: QualtricsReader) -> None:
        self.reader, self.making, self.report = reader, reader.making, reader.report
        self.options: dict[str, Any] = {}
        for payload in map(mapping, reader.elements.get("SO", [])):
            self.options |= payload

    def read(self) -> None:
        self._scoring()
        for payload in map(mapping, self.reader.elements.get("QO", [])):
            self._quota(payload)
        self._end()
        self._header()
        self._settings()

    # Points

    def _scoring(self) -> None:
        """Make the points of one scoring category points of a quiz."""
        scoring = [mapping(payload) for payload in self.reader.elements.get("SCO", [])]
        categories = [
            text(mapping(one).get("ID")) for form in scoring for one in items(form.get("ScoringCategories"))
        ]
        preferred = next((text(form.get("DefaultScoringCategory")) for form in scoring), "")
        chosen = preferred if preferred in categories else next(iter(categories), "")
        graded = [name for name, payload in self.reader.questions.items() if _grades(payload)]
        if not chosen or not graded:
            return
        if [self._grade(name, chosen) for name in graded].count(True):
            self.making.quiz = {"feedback": "none"}
            self.report.change("score_of_answers")
        if len(categories) > 1:
            self.report.drop("scoring")

    def _grade(self, name: str, category: str) -> bool:
        subject = self.making.subjects.get(name.lower())
        asked = self.making.part(subject.field) if subject else None
        points = {
            choice: grades.get(category) for choice, grades in _grades(self.reader.questions[name]).items()
        }
        if (
            asked is None
            or subject is None
            or not subject.choices
            or subject.kind not in {"single", "multiple"}
        ):
            if asked is not None:
                self.report.drop("scoring", asked.place)
            return False
        for choice, earned in points.items():
            ours = subject.choices.get(choice.lower())
            form = next((one for one in asked.form.get("choices", ()) if one["value"] == ours), None)
            if form is not None and earned:
                form["points"] = max(-1_000, min(1_000, earned))
        return True

    # Quotas

    def _quota(self, payload: dict[str, Any]) -> None:
        name, limit = text(payload.get("Name")) or "quota", whole(payload.get("Occurrences"))
        if limit is None or not payload.get("Logic"):
            self.report.drop("quota", why="syntax", why_words={"text": ""}, name=name)
            return
        if "branch" in text(payload.get("QuotaAction")).lower():
            self.report.drop("quota", why="quota_branch", name=name)
            return
        options = mapping(payload.get("EndSurveyOptions"))
        to = self.reader.end_at(text(options.get("EOSRedirectURL")))
        if text(options.get("EOSMessage")):
            self.report.drop("library_text")
        key = Names("quota", frozenset(quota["key"] for quota in self.making.quotas)).take(name)
        rule = self.reader.condition(payload["Logic"])
        self.making.quotas.append({"key": key, "name": name[:120], "if": rule, "limit": limit, "to": to})

    # How it is asked

    def _end(self) -> None:
        url = text(self.options.get("EOSRedirectURL"))
        if text(self.options.get("SurveyTermination")) == "Redirect" and url:
            if self.reader.end_at(url) != "end":
                self.making.ends[-1].is_led_to = False
        elif text(self.options.get("EOSMessage")):
            self.report.drop("library_text")

    def _header(self) -> None:
        for part in ("Header", "Footer"):
            words = text(self.options.get(part))
            said = plain(words, self.report)
            if said:
                self.report.drop("header", text=short(said))
        if any(text(self.options.get(part)) for part in ("CustomCSS", "ExternalCSS")) or self.options.get(
            "CustomStyles"
        ):
            self.report.drop("script")
        for part in ("PreviousButton", "NextButton"):
            if re.search(r"\w", said := plain(self.options.get(part), self.report)):
                self.report.drop("buttons", text=short(said))
        if text(self.options.get("Skin")) or mapping(self.options.get("Skin")):
            self.report.drop("theme")

    def _settings(self) -> None:
        settings, options, entry = self.making.settings, self.options, self.reader.entry
        if _says(options.get("BackButton")) in NO:
            settings["back"] = False
        if text(options.get("ProgressBarDisplay")) == "None":
            settings["progress"] = False
        if _says(options.get("BallotBoxStuffingPrevention")) in YES:
            settings["one_per_person"] = True
        if _says(options.get("AnonymizeResponse")) in YES:
            settings["anonymous"] = True
        for ours, theirs in (("opens_at", "SurveyStartDate"), ("closes_at", "SurveyExpirationDate")):
            if found := MOMENT.match(text(entry.get(theirs))):
                settings[ours] = f"{found[1]}T{found[2]}"
        protection = text(options.get("SurveyProtection"))
        if protection not in {"", "PublicSurvey"} or text(options.get("PasswordProtection")) in YES:
            self.report.drop("access", kind=protection if protection != "PublicSurvey" else "password")


def _says(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else text(value).lower()


def _grades(payload: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return the points of each choice by scoring category."""
    found: dict[str, dict[str, float]] = {}
    for one in map(mapping, items(payload.get("GradingData"))):
        grades = {category: number(points) or 0 for category, points in mapping(one.get("Grades")).items()}
        if any(grades.values()):
            found[text(one.get("ChoiceID"))] = grades
    return found
