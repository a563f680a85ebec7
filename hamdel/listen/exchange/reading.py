"""From the bytes of a file to a definition and the report about it. Nothing in a file can do more than be refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from hamdel.listen.exchange import qualtrics, surveyjs_whole
from hamdel.listen.exchange.fitting import fitted
from hamdel.listen.exchange.limesurvey import LimeSurveyReader
from hamdel.listen.exchange.plain_text import plain
from hamdel.listen.exchange.qualtrics import QualtricsReader
from hamdel.listen.exchange.report import Report
from hamdel.listen.exchange.surveyjs import SurveyJsReader

MOST_BYTES = 8_000_000
MOST_TAGS = 600_000
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
LONGEST_NAME = 120
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")


class Unreadable(Exception):
    """The file is no survey that can be read. The message, in the active language, says why and what to do."""


@dataclass
class Reading:
    """One file that was read. `format` is "qsf", "lss" or "surveyjs"."""

    format: str
    name: str
    definition: dict[str, Any]
    report: Report
    # How it is asked: dates, limits, anonymity, as `Survey.settings` has it.
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def asked(self) -> list[dict[str, Any]]:
        """Return the questions people see."""
        found = [question for page in self.definition["pages"] for question in page["questions"]]
        return [question for question in found if question["kind"] != "hidden"]

    @property
    def kept(self) -> int:
        """Count the questions about which there is nothing to remark."""
        texts = [" ".join(next(iter(question["text"].values()), "").split()) for question in self.asked]
        touched = 0
        for place, hits in self.report.hits.items():
            beginning = place.rstrip("…").strip()
            there = [words for words in texts if beginning and words.startswith(beginning)]
            touched += min(len(there), hits)
        return max(0, len(texts) - touched)


def read_survey(content: bytes, name: str = "") -> Reading:
    """Return the survey in a file, whatever program wrote it. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(
            _("The file is larger than %(most)s MB; no survey is that long.") % {"most": MOST_BYTES // 10**6}
        )
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    if content.startswith(_PACKED):
        raise Unreadable(_("The file is packed; unpack it and give the survey inside."))
    try:
        reading = _read(content)
    except (
        TypeError,
        ValueError,
        KeyError,
        AttributeError,
        IndexError,
        RecursionError,
        OverflowError,
    ) as error:
        raise Unreadable(_("The file is damaged and cannot be read; export it again.")) from error
    reading.name = (reading.name or plain(name.rsplit("/", 1)[-1].rsplit(".", 1)[0], Report()) or "?")[
        :LONGEST_NAME
    ]
    reading.definition = fitted(reading.definition, reading.report)
    return reading


def _read(content: bytes) -> Reading:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]
    if start.startswith(b"<") or content[:4] in {b"\xff\xfe<\x00", b"\xfe\xff\x00<"}:
        return _read_xml(content)
    form, report = _json(content), Report()
    if qualtrics.looks_like(form):
        if not isinstance(form.get("SurveyElements"), list | dict):
            raise Unreadable(
                _("The file has the head of a Qualtrics survey but nothing in it; export it again.")
            )
        of_qualtrics = QualtricsReader(form, report)
        definition = of_qualtrics.read()
        return Reading("qsf", of_qualtrics.name, definition, report, of_qualtrics.making.settings)
    form = surveyjs_whole.unpacked(form)
    if surveyjs_whole.looks_like(form):
        of_surveyjs = SurveyJsReader(form, report)
        definition, making = of_surveyjs.read(), of_surveyjs.making
        name = making.default(of_surveyjs.texts(form.get("title")))
        return Reading("surveyjs", name, definition, report, making.settings)
    raise Unreadable(_no_survey())


def _no_survey() -> str:
    return _("This is no survey of Qualtrics (.qsf), LimeSurvey (.lss) or SurveyJS (.json).")


def _json(content: bytes) -> Any:
    try:
        words = content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(
            _("The file is not text in UTF-8; save it in that encoding and try again.")
        ) from None
    try:
        # Line breaks inside texts are wrong but common, and harm nothing.
        return json.loads(words, strict=False)
    except json.JSONDecodeError as error:
        if not words.lstrip().startswith(("{", "[")):
            raise Unreadable(_no_survey()) from None
        raise Unreadable(
            _("The file is not whole: it breaks off or is damaged at line %(line)s. Export it again.")
            % {"line": error.lineno}
        ) from None
    except RecursionError:
        raise Unreadable(_("The file is nested too deeply to be a survey.")) from None


def _is_ascii_based(content: bytes) -> bool:
    return b"\0" not in content[:4]


def _read_xml(content: bytes) -> Reading:
    if content.count(b"<") > MOST_TAGS:
        raise Unreadable(_("The file is nested too deeply to be a survey."))
    try:
        # XML has no place for control characters, yet people paste them.
        root = ElementTree.fromstring(
            content.translate(None, CONTROLS) if _is_ascii_based(content) else content, forbid_dtd=True
        )
    except DefusedXmlException:
        raise Unreadable(
            _("The file defines entities of its own, which a survey never does; it is not read.")
        ) from None
    except ElementTree.ParseError as error:
        raise Unreadable(
            _("The file is not whole: it breaks off or is damaged at line %(line)s. Export it again.")
            % {"line": error.position[0]}
        ) from None
    except LookupError:
        raise Unreadable(
            _("The file is not text in UTF-8; save it in that encoding and try again.")
        ) from None
    kind = (root.findtext("LimeSurveyDocType") or "").strip()
    if root.tag != "document" or not kind:
        raise Unreadable(_no_survey())
    if kind != "Survey":
        raise Unreadable(
            _("This is only a part of a LimeSurvey survey (%(kind)s); export the whole survey.")
            % {"kind": kind[:40]}
        )
    report = Report()
    reader = LimeSurveyReader(root, report)
    if not reader.tables.rows.get("surveys"):
        raise Unreadable(
            _("The file has the head of a LimeSurvey survey but nothing in it; export it again.")
        )
    definition = reader.read()
    return Reading("lss", reader.name, definition, report, reader.making.settings)
