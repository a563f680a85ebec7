"""A survey as SurveyJS JSON, for whoever wants to leave or to look. What SurveyJS has no word for is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from hamdel.ground.rules import All, AnyOf, Is, Not, Operator, Rule
from hamdel.listen.exchange.patterns import ANY_CASE, outside_of_groups
from hamdel.listen.exchange.surveyjs_own import OWN, beside, beside_survey
from hamdel.listen.surveys.definition import Definition, Kind, Question
from hamdel.listen.surveys.definition.parts import Choice, End, Page, Texts
from hamdel.listen.surveys.definition.words import PIPE
from hamdel.listen.surveys.models import Survey

Form = dict[str, Any]
TYPES = {
    Kind.SCORE: "rating", Kind.SINGLE: "radiogroup", Kind.MULTIPLE: "checkbox", Kind.MATRIX: "matrix",
    Kind.RANKING: "ranking", Kind.SLIDER: "slider", Kind.TEXT: "text", Kind.LONG_TEXT: "comment",
    Kind.NUMBER: "text", Kind.DATE: "text", Kind.PHONE: "text", Kind.EMAIL: "text", Kind.FILE: "file",
    Kind.CONSENT: "boolean", Kind.STATEMENT: "html", Kind.CONSTANT_SUM: "multipletext",
}  # fmt: skip
INPUTS = {Kind.NUMBER: "number", Kind.DATE: "date", Kind.PHONE: "tel", Kind.EMAIL: "email"}
LOOKS = {"stars": "stars", "faces": "smileys", "numbers": "labels"}
SIGNS = {
    Operator.IS: "=", Operator.IS_NOT: "<>", Operator.BELOW: "<", Operator.AT_MOST: "<=", Operator.ABOVE: ">",
    Operator.AT_LEAST: ">=", Operator.CONTAINS: "contains",
}  # fmt: skip


def as_surveyjs(survey: Survey) -> Form:
    """Return the survey's draft as SurveyJS JSON; texts of several languages are objects by language."""
    asks = survey.draft_definition
    exporter = Exporter(asks)
    draft: Form = survey.draft_form
    exporter.beside = {q["key"]: q for page in draft.get("pages", ()) for q in page.get("questions", ())}
    form: Form = {"title": survey.name, "locale": asks.languages[0]}
    form["pages"] = [exporter.page(page) for page in asks.pages]
    plain = [end for end in asks.ends if end.rule is None]
    if plain:
        form["completedHtml"] = exporter.last_words(plain[-1])
        form["completedHtmlBeside"] = exporter.of_end(plain[-1])
    ruled = [end for end in asks.ends if end.rule is not None]
    if ruled:
        form["completedHtmlOnCondition"] = [
            {
                "expression": exporter.expression(end.rule),
                "html": exporter.last_words(end),
                **exporter.of_end(end),
            }
            for end in ruled
            if end.rule
        ]
    if triggers := [*exporter.triggers()]:
        form["triggers"] = triggers
    form |= {} if survey.how.back else {"showPrevButton": False}
    form |= {"showProgressBar": survey.how.progress}
    if asks.quiz and asks.quiz.seconds:
        form |= {"showTimer": True, "timeLimit": asks.quiz.seconds}
    return form | beside_survey(draft, survey.settings or {})


class Exporter:
    """Writes the parts of one definition."""

    def __init__(self, asks: Definition) -> None:
        self.asks = asks
        # The JSON of each question, from which what SurveyJS has no word for is written beside it.
        self.beside: dict[str, Form] = {}

    def texts(self, texts: Texts) -> Any:
        """Return a text, by language only where it has several; insertions as SurveyJS writes them."""
        default = self.asks.languages[0]
        written = {language: PIPE.sub(_insertion, words) for language, words in texts.items() if words}
        if set(written) <= {default}:
            return written.get(default, "")
        return {"default" if language == default else language: words for language, words in written.items()}

    def markup(self, texts: Texts) -> Any:
        """Return a text where SurveyJS expects HTML."""
        return self.texts({code: escape(words).replace("\n", "<br>") for code, words in texts.items()})

    def last_words(self, end: End) -> Any:
        """Return what an end says, with its link below."""
        if end.link is None:
            return self.markup(end.text)
        url, said = escape(end.link.url), end.link.text
        return self.texts(
            {
                code: f'{escape(words)}<br><a href="{url}">{escape(said.get(code) or end.link.url)}</a>'
                for code, words in end.text.items()
            }
        )

    def of_end(self, end: End) -> Form:
        """Return what SurveyJS does not know of an end: its key, its title, and its link apart from its words."""
        kept: Form = {"key": end.key, "text": dict(end.text)}
        kept |= {"title": dict(end.title)} if end.title else {}
        kept |= {"link": {"url": end.link.url, "text": dict(end.link.text)}} if end.link else {}
        return {OWN: kept}

    def page(self, page: Page) -> Form:
        form: Form = {"name": page.key}
        form |= {"title": self.texts(page.title)} if page.title else {}
        form |= {"description": self.texts(page.text)} if page.text else {}
        form |= {"visibleIf": self.expression(page.shown_if)} if page.shown_if else {}
        form |= {"questionsOrder": "random"} if page.random_order else {}
        hidden = [q for q in page if q.kind == Kind.HIDDEN]
        shown = [self.question(q) for q in page if q.kind != Kind.HIDDEN]
        fields = [
            {"type": "text", "name": q.key, "title": self.texts(q.text), "visible": False} for q in hidden
        ]
        return form | {"elements": fields + shown}

    def question(self, question: Question) -> Form:
        kind = question.kind
        form: Form = {"type": TYPES[kind], "name": question.key}
        if kind == Kind.STATEMENT:
            form["html"] = self.markup(question.text)
        else:
            form["title"] = self.texts(question.text)
        form |= {"description": self.texts(question.help)} if question.help else {}
        form |= {"isRequired": True} if question.required else {}
        form |= {"visibleIf": self.expression(question.shown_if)} if question.shown_if else {}
        form |= self._parts(question)
        return form | (beside(self.beside[question.key]) if question.key in self.beside else {})

    def _parts(self, question: Question) -> Form:
        match question.kind:
            case Kind.SCORE:
                low, high = question.scale()
                return {
                    "rateMin": low,
                    "rateMax": high,
                    "rateType": LOOKS[question.look],
                    **self._ends(question),
                }
            case Kind.SINGLE | Kind.MULTIPLE | Kind.RANKING:
                return self._choices(question)
            case Kind.MATRIX:
                rows, columns = self._listed(question.rows), self._listed(question.choices)
                mixed = {"rowsOrder": "random"} if question.random_order else {}
                if not question.several:
                    every_row = {"isAllRowRequired": True} if question.required else {}
                    return {"rows": rows, "columns": columns} | every_row | mixed
                cells = [{"name": "values", "title": " ", "cellType": "checkbox", "choices": columns}]
                return {"type": "matrixdropdown", "rows": rows, "columns": cells} | mixed
            case Kind.SLIDER:
                found = {
                    "min": question.low,
                    "max": question.high,
                    "step": question.step,
                    **self._ends(question),
                }
                return _without_none(found)
            case Kind.CONSTANT_SUM:
                return {
                    "items": [
                        {"name": one.value, "title": self.texts(one.text), "inputType": "number"}
                        for one in question.choices
                    ],
                    "validators": [{"type": "expression", "expression": self._sum(question)}],
                }
            case Kind.FILE:
                return {"allowMultiple": (question.most or 2) > 1}
        return self._typed(question)

    def _typed(self, question: Question) -> Form:
        form: Form = {"inputType": INPUTS[question.kind]} if question.kind in INPUTS else {}
        if question.kind in {Kind.NUMBER, Kind.DATE}:
            form |= _without_none({"min": question.low, "max": question.high, "step": question.step})
        if checks := [*self._checks(question)]:
            form["validators"] = checks
        if question.right is not None:
            form["correctAnswer"] = question.right
        return form

    def _checks(self, question: Question) -> Iterator[Form]:
        if question.kind in {Kind.TEXT, Kind.LONG_TEXT} and (question.fewest or question.most):
            lengths = _without_none({"minLength": question.fewest, "maxLength": question.most})
            yield {"type": "text", **lengths}
        if question.pattern:
            said = {"text": self.texts(question.pattern_text)} if question.pattern_text else {}
            any_case = {"caseInsensitive": True} if question.pattern.startswith(ANY_CASE) else {}
            # Here a pattern describes the whole answer, there a part of it.
            bare = question.pattern.removeprefix(ANY_CASE)
            whole = f"^(?:{bare})$" if "|" in outside_of_groups(bare) else f"^{bare}$"
            yield {"type": "regex", "regex": whole, **said, **any_case}

    def _sum(self, question: Question) -> str:
        parts = " + ".join(f"{{{question.key}.{one.value}}}" for one in question.choices)
        return f"{parts} = {_written(question.total)}"

    def _ends(self, question: Question) -> Form:
        labels = {"minRateDescription": question.low_label, "maxRateDescription": question.high_label}
        return {name: self.texts(words) for name, words in labels.items() if words}

    def _choices(self, question: Question) -> Form:
        form: Form = {"choices": self._listed(question.choices)}
        form |= {"choicesOrder": "random"} if question.random_order else {}
        form |= (
            {"showOtherItem": True, "otherText": self.texts(question.other)}
            if question.other is not None
            else {}
        )
        form |= (
            {"showNoneItem": True, "noneText": self.texts(question.none)} if question.none is not None else {}
        )
        if question.kind == Kind.RANKING and question.fewest:
            form |= {"selectToRankEnabled": True, "minSelectedChoices": question.fewest}
        if question.kind == Kind.MULTIPLE:
            form |= _without_none(
                {"minSelectedChoices": question.fewest, "maxSelectedChoices": question.most}
            )
        right = [one.value for one in question.choices if one.is_right]
        if right:
            form["correctAnswer"] = right if question.kind == Kind.MULTIPLE else right[0]
        return form

    def _listed(self, choices: tuple[Choice, ...]) -> list[Form]:
        return [
            {"value": one.value, "text": self.texts(one.text)}
            | ({"visibleIf": self.expression(one.shown_if)} if one.shown_if else {})
            | ({"score": one.points} if one.points else {})
            for one in choices
        ]

    def triggers(self) -> list[Form]:
        """Return jumps: to the end, or to the first question of a page."""
        found: list[Form] = []
        first = {page.key: next((q.key for q in page), "") for page in self.asks.pages}
        for page in self.asks.pages:
            for branch in page.next:
                words = self.expression(branch.rule)
                if branch.to.startswith("end"):
                    led = {OWN: {"page": page.key, "to": branch.to}}
                    found.append({"type": "complete", "expression": words, **led})
                elif first.get(branch.to):
                    led = {OWN: {"page": page.key, "to": branch.to}}
                    found.append({"type": "skip", "expression": words, "gotoName": first[branch.to], **led})
        return found

    # Rules

    def expression(self, rule: Rule) -> str:
        """Return a rule in the language of SurveyJS."""
        match rule:
            case All(parts):
                return " and ".join(f"({self.expression(part)})" for part in parts) or "true"
            case AnyOf(parts):
                return " or ".join(f"({self.expression(part)})" for part in parts) or "false"
            case Not(part):
                return f"!({self.expression(part)})"
            case Is():
                return self._compared(rule)
        return "true"

    def _compared(self, rule: Is) -> str:
        name, _dot, part = rule.field.partition(".")
        question = self.asks.by_key.get(name)
        if rule.field in {"score.points", "score.percent"}:
            name = "correctAnswers"
        elif question and question.kind == Kind.MULTIPLE and part and part != "other":
            return f"{{{name}}} {'contains' if rule.value is not False else 'notcontains'} {_written(part)}"
        elif part:
            name = f"{name}-Comment" if part == "other" else f"{name}.{part}"
        if rule.operator in {Operator.SET, Operator.UNSET}:
            return f"{{{name}}} {'notempty' if rule.operator == Operator.SET else 'empty'}"
        if rule.operator == Operator.IN and isinstance(rule.value, tuple):
            return f"{{{name}}} anyof [{', '.join(map(_written, rule.value))}]"
        if rule.operator == Operator.BETWEEN and isinstance(rule.value, tuple):
            return f"{{{name}}} >= {_written(rule.value[0])} and {{{name}}} <= {_written(rule.value[1])}"
        return f"{{{name}}} {SIGNS.get(rule.operator, 'contains')} {_written(rule.value)}"


def _insertion(found: re.Match[str]) -> str:
    """Return an insertion as SurveyJS writes it; the words beside “other” are its comment."""
    return "{" + found[1].replace(".other", "-Comment") + "}"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


def _without_none(form: Mapping[str, Any]) -> Form:
    return {name: value for name, value in form.items() if value is not None}
