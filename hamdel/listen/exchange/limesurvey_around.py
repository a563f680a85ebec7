"""What stands around the questions of a LimeSurvey survey: its beginning, ends, quotas, and how it is asked."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from hamdel.listen.exchange.conditions import RuleForm, compare, joined
from hamdel.listen.exchange.making import Condition, End, Texts
from hamdel.listen.exchange.names import Names
from hamdel.listen.exchange.report import CannotSay
from hamdel.listen.exchange.shapes import number, whole

if TYPE_CHECKING:
    from hamdel.listen.exchange.limesurvey import LimeSurveyReader, Row

MOMENT = re.compile(r"(?!0000|1970)(\d{4}-\d\d-\d\d) (\d\d:\d\d)")
POLICY_LINK = re.compile(r"\{(START|END)POLICYLINK\}")


class Around:
    """Reads the tables that are no questions."""

    def __init__(self, reader: LimeSurveyReader) -> None:
        self.reader, self.making, self.report = reader, reader.making, reader.report
        self.tables, self.survey = reader.tables, reader.survey

    def before(self) -> None:
        """Say what is said first, and take what the link brings."""
        welcome, about = (
            self.reader.settings("surveyls_welcometext"),
            self.reader.settings("surveyls_description"),
        )
        if self.survey.get("showwelcome") == "N":
            welcome, about = {}, {}
        said = [(name, words) for name, words in (("description", about), ("welcome", welcome)) if words]
        policy = self._policy()
        parameters = self._parameters()
        if said or policy or parameters:
            self.making.page()
        for name, words in said:
            self.making.ask(name, "statement", words)
        if policy:
            self.making.ask("policy", "consent", policy, required=True)
        for name in parameters:
            self.making.ask(name, "hidden", {self.making.languages[0]: name})
            self.report.change("embedded", name)

    def after(self) -> None:
        """Add what depends on the questions."""
        if self.survey.get("assessments") == "Y":
            self._assessments()
        self._quotas()
        self._end()
        self._settings()

    def _policy(self) -> Texts:
        """Return the notice people have to accept before they begin."""
        if self.survey.get("showsurveypolicynotice", "0") in {"", "0"}:
            return {}
        rows = self.tables.rows.get("surveys_languagesettings", [])
        bare = {
            row.get("surveyls_language", ""): {
                part: POLICY_LINK.sub("", words) for part, words in row.items()
            }
            for row in rows
        }
        return self.reader.texts(bare, "surveyls_policy_notice") or self.reader.texts(
            bare, "surveyls_policy_notice_label"
        )

    def _parameters(self) -> list[str]:
        """Return the parameters of the link that fill no question; those that do are said."""
        found = []
        for row in self.tables.rows.get("survey_url_parameters", []):
            if row.get("targetqid", "0") in {"", "0"}:
                found.append(row.get("parameter", ""))
            else:
                self.report.drop("set_value", text=f"?{row.get('parameter', '')}=…")
        return [name for name in dict.fromkeys(found) if name]

    def _end(self) -> None:
        words = self.reader.settings("surveyls_endtext")
        rows = self.tables.rows.get("surveys_languagesettings", [{}])
        url = next(
            (row["surveyls_url"] for row in rows if row.get("surveyls_url", "").startswith("http")), ""
        )
        if not words and not url:
            return
        if url and self.survey.get("autoredirect") == "Y":
            self.report.change("redirect", url=url)
        said = self.reader.settings("surveyls_urldescription") if url else {}
        self.making.ends.append(End("thanks", words, url=url, url_text=said))

    def _assessments(self) -> None:
        self.making.quiz = {"feedback": "none"}
        self.report.change("score_of_answers")
        keys = Names("end")
        by_language: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in self.tables.of("assessments", "minimum"):
            by_language[row.get("id") or str(len(by_language))][row.get("language", "")] = row
        for rows in by_language.values():
            row = next(iter(rows.values()))
            low, high = number(row.get("minimum")), number(row.get("maximum"))
            words = self.reader.texts(rows, "message")
            if row.get("scope") == "T" and words and low is not None and high is not None:
                rule = {"field": "score.points", "operator": "between", "value": [low, high]}
                self.making.ends.append(End(keys.take("end"), words, _fixed(rule)))
            else:
                self.report.drop("scoring")

    # Quotas

    def _quotas(self) -> None:
        keys = Names("quota")
        for row in self.tables.of("quota", "id"):
            limit, name = whole(row.get("qlimit")), row.get("name", "")[:120] or "quota"
            if row.get("active", "1") != "1" or limit is None:
                self.report.drop("quota", why="quota_inactive", name=name)
                continue
            key = keys.take(name)[:35]
            words, url = self._quota_words(row)
            self.making.ends.insert(0, End(f"{key}_full", words, url=url, is_led_to=True))
            rule = self._quota_rule(row.get("id", ""))
            self.making.quotas.append(
                {"key": key, "name": name, "if": rule, "limit": limit, "to": f"end:{key}_full"}
            )

    def _quota_words(self, quota: Row) -> tuple[Texts, str]:
        rows = self.tables.rows.get("quota_languagesettings", [])
        mine = {
            row.get("quotals_language", ""): row
            for row in rows
            if row.get("quotals_quota_id") == quota.get("id")
        }
        url = next(
            (row["quotals_url"] for row in mine.values() if row.get("quotals_url", "").startswith("http")), ""
        )
        return self.reader.texts(mine, "quotals_message"), url

    def _quota_rule(self, quota: str) -> Condition:
        members = [row for row in self.tables.rows.get("quota_members", []) if row.get("quota_id") == quota]

        def rule() -> RuleForm:
            by_question: dict[str, list[RuleForm]] = defaultdict(list)
            for row in members:
                subject = self.making.find(f"qid{row.get('qid', '')}")
                operator = "contains" if subject.kind == "multiple" else "="
                by_question[row.get("qid", "")].append(compare(subject, operator, row.get("code", "")))
            if not by_question:
                raise CannotSay("syntax", text="")
            return joined("and", [joined("or", same) for same in by_question.values()])

        return rule

    # How it is asked

    def _settings(self) -> None:
        survey, settings = self.survey, self.making.settings
        for ours, theirs, said, value in SETTINGS:
            if survey.get(theirs) == said:
                settings[ours] = value
        for ours, theirs in (("opens_at", "startdate"), ("closes_at", "expires")):
            if found := MOMENT.match(survey.get(theirs, "")):
                settings[ours] = f"{found[1]}T{found[2]}"
        for name, (letters, why) in WITHOUT_COUNTERPART.items():
            if survey.get(name, "") in letters:
                self.report.drop("setting", why=why)
        if (number(survey.get("navigationdelay")) or 0) > 0:
            self.report.drop("setting", why="delay")
        if survey.get("usetokens") == "Y":
            self.report.drop("access", kind="usetokens")
        if any(
            row.get("surveyls_email_invite") for row in self.tables.rows.get("surveys_languagesettings", [])
        ):
            self.report.drop("emails")
        if survey.get("template"):
            self.report.drop("theme")


# Ours, LimeSurvey's, what it says there, what we keep.
SETTINGS = (
    ("anonymous", "anonymized", "Y", True),
    ("one_per_person", "usecookie", "Y", True),
    ("back", "allowprev", "N", False),
    ("progress", "showprogress", "N", False),
)

# Settings of LimeSurvey that we have none for: which letters switch them on, and what they did.
WITHOUT_COUNTERPART = {
    "usecaptcha": ({*"ABCDXRS"}, "captcha"),
    "printanswers": ({"Y"}, "print_answers"),
    "publicstatistics": ({"Y"}, "public_statistics"),
    "questionindex": ({"1", "2"}, "index"),
    "alloweditaftercompletion": ({"Y"}, "edit_after"),
    "ipaddr": ({"Y"}, "addresses"),
    "refurl": ({"Y"}, "addresses"),
}


def _fixed(rule: RuleForm) -> Condition:
    return lambda: rule
