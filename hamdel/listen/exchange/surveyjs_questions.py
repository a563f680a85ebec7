"""SurveyJS questions, one by one, and panels, which only group them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hamdel.listen.exchange.making import Asked, Condition, Texts
from hamdel.listen.exchange.patterns import CLOCK, bare_pattern
from hamdel.listen.exchange.plain_text import short
from hamdel.listen.exchange.scales import metric_of
from hamdel.listen.exchange.shapes import Choices, items, mapping, number, text, whole
from hamdel.listen.exchange.surveyjs_choices import DEEPEST, Choosing, checks_of
from hamdel.listen.exchange.surveyjs_own import asked_as_here, complete
from hamdel.listen.exchange.surveyjs_repeats import Repeats
from hamdel.listen.exchange.usual_words import COMMENT

if TYPE_CHECKING:
    from hamdel.listen.exchange.surveyjs import SurveyJsReader

INPUTS = {
    "number": "number", "range": "slider", "date": "date", "datetime-local": "date", "datetime": "date",
    "email": "email", "tel": "phone",
}  # fmt: skip
# What may be typed where there is no kind of its own for it.
SHAPES = {"time": CLOCK, "url": r"https?://\S+", "color": r"#[0-9A-Fa-f]{6}", "month": r"[0-9]{4}-[0-9]{2}",
          "week": r"[0-9]{4}-W[0-9]{2}", "password": ""}  # fmt: skip
# Widgets of others that stand for a kind of SurveyJS.
WIDGETS = {
    "barrating": "rating", "nouislider": "slider", "bootstrapslider": "slider", "datepicker": "date",
    "sortablelist": "ranking", "editor": "comment", "flowpanel": "panel",
}  # fmt: skip


class Elements(Choosing):
    """Adds the elements of a page to the survey in the making."""

    def __init__(self, reader: SurveyJsReader) -> None:
        self.reader, self.making, self.report = reader, reader.making, reader.report
        self.languages = self.making.languages
        self.repeats = Repeats(self)

    def add(self, elements: Any, conditions: list[Condition], depth: int) -> None:
        """Add elements; those of a panel are also shown by what decides about the panel."""
        if depth > DEEPEST:
            self.report.drop("broken_part")
            return
        for form in items(elements):
            if not isinstance(form, dict):
                self.report.drop("broken_part")
            elif form.get("type") in PANELS:
                inner = [*conditions, *self.reader.conditions(form, self.title(form))]
                lent = self._with_title_of(form)
                self._panel_words(form if lent is None else {**form, "title": "", "description": ""}, inner)
                self.add(lent or form.get("elements"), inner, depth + 1)
            else:
                self.one(form, conditions)

    def _with_title_of(self, panel: dict[str, Any]) -> list[Any] | None:
        """Return a panel's elements, the first with the panel's words where it has none: they are what it asks."""
        first, *rest = items(panel.get("elements")) or [None]
        form = mapping(first)
        has_no_words = "title" in form and not self.reader.texts(form["title"])
        if not has_no_words or not self.reader.texts(panel.get("title")) or form.get("type") in PANELS:
            return None
        about = {"description": panel["description"]} if panel.get("description") else {}
        return [{**form, "title": panel["title"], **about}, *rest]

    def _panel_words(self, form: dict[str, Any], conditions: list[Condition]) -> None:
        title, about = self.reader.texts(form.get("title")), self.reader.texts(form.get("description"))
        if title or about:
            asked = self.making.ask(f"{text(form.get('name'))}_title", "statement", title or about)
            asked.form |= {"help": about} if title and about else {}
            asked.conditions += conditions
        if form.get("isRequired") is True or text(form.get("requiredIf")):
            self.report.change("required_if", self.title(form))
        if form.get("questionsOrder") == "random":
            self.report.change("random_lost", self.title(form))

    def title(self, form: dict[str, Any]) -> str:
        return short(self.making.default(self.reader.texts(form.get("title"))) or text(form.get("name")))

    def one(self, form: dict[str, Any], conditions: list[Condition]) -> None:
        """Add one question, whatever its kind."""
        kind, place = text(form.get("type")) or "text", self.title(form)
        if WIDGETS.get(kind) == "date":
            kind, form = "text", {**form, "inputType": "date"}
        kind = WIDGETS.get(kind, kind)
        if kind == "text" and form.get("visible") is False and not text(form.get("visibleIf")):
            self.ask(form, "hidden", place)
            self.report.change("embedded", place)
            return
        own = [*conditions, *self.reader.conditions(form, place)]
        made: list[Asked]
        if form.get("readOnly") is True and kind not in {"html", "image", "expression"}:
            made = self._shown_only(form, place)
        elif (ours := asked_as_here(self, form, place)) is not None:
            made = [ours]
        elif kind in KINDS:
            made = KINDS[kind](self, form, place)
        elif kind in REPEATS:
            made = REPEATS[kind](self.repeats, form, place, own)
        elif kind in {"imagemap", "signaturepad"} or not self.reader.texts(form.get("title")):
            self.report.drop("kind", place, kind=kind)
            return
        else:
            self.report.change("kind_text", place, kind=kind)
            made = [self.ask(form, "text", place)]
        if form.get("hasComment") is True or form.get("showCommentArea") is True:
            made = [*made, self._comment_beside(form, place)]
        if "correctAnswer" in form and not any(_has_right(asked.form) for asked in made):
            self.report.drop("scoring", place)
        for asked in made:
            asked.conditions += own
        if len(made) == 1:
            complete(made[0], form)

    def _shown_only(self, form: dict[str, Any], place: str) -> list[Asked]:
        """Say what could only be looked at."""
        self.report.change("read_only", place)
        words = self.reader.texts(form.get("title"), place)
        return [self.making.ask(text(form.get("name")), "statement", words, place=place)] if words else []

    def _comment_beside(self, form: dict[str, Any], place: str) -> Asked:
        self.report.change("comment_field", place)
        said = self.reader.texts(form.get("commentText")) or self.words(COMMENT)
        title = self.reader.texts(form.get("title")) or {self.languages[0]: text(form.get("name"))}
        words = {
            language: f"{title.get(language, self.making.default(title))} – {beside}"
            for language, beside in said.items()
        }
        name = f"{text(form.get('name'))}-Comment"
        asked = self.making.ask(name, "long_text", words, place=place)
        self.making.know(name, asked)
        return asked

    def ask(self, form: dict[str, Any], kind: str, place: str, **parts: Any) -> Asked:
        """Ask one question and remember its name."""
        name = text(form.get("name"))
        title = self.reader.texts(form.get("title"), place) or {self.languages[0]: short(name, 200) or "…"}
        asked = self.making.ask(
            name,
            kind,
            title,
            place=place,
            help=self._help(form, kind, place),
            required=form.get("isRequired") is True,
            **parts,
        )
        self._losses(form, place)
        for known in filter(None, {name, text(form.get("valueName"))}):
            self.making.know(known, asked)
        return asked

    def _help(self, form: dict[str, Any], kind: str, place: str) -> Texts:
        """Return what stands below a question, with what was shown in its field while that was empty."""
        help_ = self.reader.texts(form.get("description"), place)
        inside = self.reader.texts(form.get("placeholder", form.get("placeHolder")), place)
        if not inside or kind not in TYPED:
            return help_
        self.report.change("placeholder", place)
        return {code: "\n".join(filter(None, [help_.get(code), inside.get(code)])) for code in help_ | inside}

    def _losses(self, form: dict[str, Any], place: str) -> None:
        if text(form.get("requiredIf")):
            self.report.change("required_if", place)
        if "defaultValue" in form or text(form.get("defaultValueExpression")):
            self.report.change("default_value", place)
        for part in ("setValueExpression", "setValueIf", "resetValueIf"):
            if words := text(form.get(part)):
                self.report.drop("set_value", place, text=short(words))
        for part in ("minValueExpression", "maxValueExpression"):
            if words := text(form.get(part)):
                self.report.drop("prices", place, text=short(words))
        for part, why in CHECKS.items():
            if form.get(part) not in (None, "", False, 0, "none"):
                self.report.drop("validation", place, why=why, why_words={"text": short(text(form[part]))})
        if form.get("hasSelectAll") is True or form.get("showSelectAllItem") is True:
            self.report.drop("select_all", place)
        for validator in map(mapping, items(form.get("validators"))):
            self._note_check(validator, text(form.get("type")) or "text", place)

    def _note_check(self, validator: dict[str, Any], kind: str, place: str) -> None:
        """Say which check has no counterpart in this kind of question."""
        check = text(validator.get("type")).removesuffix("validator")
        if kind not in READ_CHECKS.get(check, ()):
            said = text(validator.get("expression")) or text(validator.get("regex")) or check
            self.report.drop("validation", place, why=short(said) or "?")

    # Kinds

    def _text(self, form: dict[str, Any], place: str) -> list[Asked]:
        typed = text(form.get("inputType")).lower()
        kind, checks = INPUTS.get(typed, "text"), checks_of(form)
        if typed in SHAPES:
            self.report.change("kind_text", place, kind=typed)
        if typed.startswith("datetime"):
            self.report.change("time_of_day", place)
        kind = "email" if "email" in checks else "number" if "numeric" in checks and kind == "text" else kind
        parts: dict[str, Any] = {}
        if kind in {"number", "slider"}:
            numeric = checks.get("numeric", {})
            parts = {
                "low": number(form.get("min", numeric.get("minValue"))),
                "high": number(form.get("max", numeric.get("maxValue"))),
                "step": number(form.get("step")),
            }
            if kind == "slider":
                parts = {
                    "low": parts["low"] or 0,
                    "high": parts["high"] or 100,
                    "step": number(form.get("step")) or 1,
                }
        elif kind == "date":
            found = {"low": text(form.get("min"))[:10], "high": text(form.get("max"))[:10]}
            parts = {end: day for end, day in found.items() if re.fullmatch(r"\d{4}-\d\d-\d\d", day)}
            for end in ("min", "max"):
                if text(form.get(end)) and not re.match(r"\d{4}-\d\d-\d\d", text(form.get(end))):
                    self.report.drop("prices", place, text=short(f"{end} = {text(form.get(end))}"))
        elif kind == "text":
            parts = self._written(form, checks, place)
            if SHAPES.get(typed) and not parts.get("pattern"):
                parts["pattern"] = SHAPES[typed]
        asked = self.ask(form, kind, place, **parts)
        right = form.get("correctAnswer")
        if kind in {"text", "number", "slider"} and text(right):
            meant = text(right) if kind == "text" else number(right)
            asked.form |= {"right": meant, "points": 1} if meant is not None else {}
        return [asked]

    def _written(self, form: dict[str, Any], checks: dict[str, dict[str, Any]], place: str) -> dict[str, Any]:
        """Return how long a text may be and what form it has."""
        lengths = checks.get("text", {})
        found: dict[str, Any] = {
            "fewest": whole(lengths.get("minLength")),
            "most": whole(lengths.get("maxLength")) or whole(form.get("maxLength")),
        }
        if lengths.get("allowDigits") is False:
            self.report.drop("validation", place, why="no_digits")
        regex = checks.get("regex", {})
        written = text(regex.get("regex"))
        if not written:
            return found
        pattern = bare_pattern(written, any_case=regex.get("caseInsensitive") is True)
        if not pattern:
            self.report.drop("validation", place, why=short(written))
            return found
        return found | {"pattern": pattern, "pattern_text": self.reader.texts(regex.get("text"))}

    def _comment(self, form: dict[str, Any], place: str) -> list[Asked]:
        return [self.ask(form, "long_text", place, **self._written(form, checks_of(form), place))]

    def _html(self, form: dict[str, Any], place: str) -> list[Asked]:
        words = self.reader.texts(form.get("html"), place)
        if not words:
            self.report.drop("empty", place)
            return []
        about = self.reader.texts(form.get("description"), place)
        return [self.making.ask(text(form.get("name")), "statement", words, help=about)]

    def _rating(self, form: dict[str, Any], place: str) -> list[Asked]:
        values = items(form.get("rateValues"))
        if values:
            made = self.choice({**form, "choices": values}, "single", place)
            return [made]
        low, high = number(form.get("rateMin")), number(form.get("rateMax"))
        count = whole(form.get("rateCount"))
        low = 1 if low is None else low
        high = high if high is not None else low + (count or 5) - 1
        low, high = (low, high) if low < high else (1, 5)
        labels = {
            "low_label": self.reader.texts(
                form.get("minRateDescription", form.get("mininumRateDescription"))
            ),
            "high_label": self.reader.texts(
                form.get("maxRateDescription", form.get("maximumRateDescription"))
            ),
        }
        metric = metric_of(low, high, f"{text(form.get('name'))} {place}")
        if metric:
            look = {"stars": "stars", "smileys": "faces"}.get(
                text(form.get("rateType", form.get("rateDisplayMode"))), ""
            )
            return [self.ask(form, "score", place, metric=metric, look=look, **labels)]
        self.report.change("kind_rating", place, low=low, high=high)
        asked = self.ask(form, "slider", place, high=high, step=number(form.get("rateStep")) or 1, **labels)
        asked.form["low"] = low
        return [asked]

    def _slider(self, form: dict[str, Any], place: str) -> list[Asked]:
        if text(form.get("sliderType")) == "range":
            self.report.change("split_rows", place, count=2)
            return [
                self._slide({**form, "name": f"{text(form.get('name'))}_{end}"}, f"{place} ({sign})", sign)
                for end, sign in (("from", "≥"), ("to", "≤"))
            ]
        return [self._slide(form, place, "")]

    def _slide(self, form: dict[str, Any], place: str, sign: str) -> Asked:
        low, high = number(form.get("min")) or 0, number(form.get("max"))
        high = 100 if high is None or high <= low else high
        asked = self.ask(form, "slider", place, high=high, step=number(form.get("step")) or 1)
        asked.form["low"] = low
        if sign:
            asked.form["text"] = {
                language: f"{words} {sign}" for language, words in asked.form["text"].items()
            }
        return asked

    def _matrix(self, form: dict[str, Any], place: str) -> list[Asked]:
        columns = self.choices(form.get("columns"), place, all_if=self.all_if(form, "columns", place))
        if (
            form.get("isRequired") is True
            and form.get("isAllRowRequired") is not True
            and form.get("eachRowRequired") is not True
        ):
            self.report.change("stricter", place)
        if form.get("cells"):
            self.report.drop("cells", place)
        return [
            self.matrix(
                form,
                columns,
                place,
                is_required=True in (form.get("isAllRowRequired"), form.get("eachRowRequired")),
            )
        ]

    def matrix(
        self,
        form: dict[str, Any],
        columns: Choices,
        place: str,
        *,
        is_required: bool = False,
        several: bool = False,
    ) -> Asked:
        """Ask a matrix of one answer, or several, in every row."""
        rows = self.choices(form.get("rows"), place, "r", all_if=self.all_if(form, "rows", place))
        if not rows.forms or not columns.forms:
            self.report.change("kind_text", place, kind="matrix")
            return self.ask(form, "text", place)
        asked = self.ask(
            form, "matrix", place, choices=columns.forms, rows=rows.forms, several=several,
            random_order=form.get("rowsOrder", form.get("rowOrder")) == "random",
        )  # fmt: skip
        asked.form |= {"required": True} if is_required else {}
        for source, ours in rows.ours.items():
            self._know_row(form, asked, columns, source, ours)
        return asked

    def _know_row(self, form: dict[str, Any], asked: Asked, columns: Choices, source: str, ours: str) -> None:
        subject = self.making.know(f"{text(form.get('name'))}.{source}", asked, columns.ours)
        kind = "cell" if asked.form.get("several") else "single"
        subject.field, subject.kind = f"{asked.form['key']}.{ours}", kind
        # A column of a table of questions is called by its row first.
        if table := text(form.get("table")):
            self.making.subjects.setdefault(f"{table}.{source}.{text(form.get('column'))}".lower(), subject)

    def _file(self, form: dict[str, Any], place: str) -> list[Asked]:
        return [self.ask(form, "file", place, most=None if form.get("allowMultiple") is True else 1)]

    def _image(self, _form: dict[str, Any], place: str) -> list[Asked]:
        self.report.drop("media", place)
        return []

    def _expression(self, form: dict[str, Any], place: str) -> list[Asked]:
        words = text(form.get("expression"))
        self.report.drop("prices", place, text=short(words))
        return []


def _has_right(form: dict[str, Any]) -> bool:
    return "right" in form or any(one.get("right") for one in form.get("choices", ()))


PANELS = ("panel", "flowpanel")
# Kinds with a field to type in.
TYPED = frozenset({"text", "long_text", "number", "email", "phone"})
# What of a question checks its answer but has no counterpart, and how it is said.
CHECKS = {
    "eachRowUnique": "unlike_rows", "keyName": "unlike_rows", "acceptedTypes": "file_kinds", "maxSize": "file_size",
    "maskType": "mask", "minRangeLength": "range_length", "maxRangeLength": "range_length",
}  # fmt: skip
# Which checks are read, and of which kinds of questions.
READ_CHECKS = {
    "regex": {"text", "comment"}, "text": {"text", "comment"}, "numeric": {"text"}, "email": {"text"},
    "answercount": {"checkbox", "tagbox"},
}  # fmt: skip
KINDS = {
    "text": Elements._text,
    "comment": Elements._comment,
    "html": Elements._html,
    "radiogroup": Elements._radiogroup,
    "dropdown": Elements._dropdown,
    "buttongroup": Elements._radiogroup,
    "checkbox": Elements._checkbox,
    "tagbox": Elements._tagbox,
    "imagepicker": Elements._imagepicker,
    "ranking": Elements._ranking,
    "boolean": Elements._boolean,
    "rating": Elements._rating,
    "slider": Elements._slider,
    "matrix": Elements._matrix,
    "file": Elements._file,
    "image": Elements._image,
    "expression": Elements._expression,
}
REPEATS = {
    "matrixdynamic": Repeats.matrixdynamic,
    "matrixdropdown": Repeats.matrixdropdown,
    "paneldynamic": Repeats.paneldynamic,
    "multipletext": Repeats.multipletext,
}
