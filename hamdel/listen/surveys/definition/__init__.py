"""What a survey asks: pages of questions, in several languages, frozen when published (format 2)."""

from hamdel.listen.surveys.definition.answers import (
    LONGEST_TEXT,
    WrongAnswer,
    day_in,
    read_answer,
    values_of,
)
from hamdel.listen.surveys.definition.checking import Problem, check_definition
from hamdel.listen.surveys.definition.fields import rule_fields
from hamdel.listen.surveys.definition.form import Definition, Way
from hamdel.listen.surveys.definition.metric import RECOMMENDING, Metric
from hamdel.listen.surveys.definition.naming import with_metrics
from hamdel.listen.surveys.definition.offering import offered, offers_something, still_fitting
from hamdel.listen.surveys.definition.parts import (
    NONE,
    OTHER,
    Branch,
    Choice,
    End,
    EndLink,
    Image,
    Kind,
    Page,
    Question,
    Quiz,
    Quota,
    Texts,
)
from hamdel.listen.surveys.definition.quiz import Result, is_marked, is_right, points_of
from hamdel.listen.surveys.definition.reading import NotADefinition, read_definition, upgraded
from hamdel.listen.surveys.definition.words import in_words, piped

__all__ = [
    "LONGEST_TEXT",
    "NONE",
    "OTHER",
    "RECOMMENDING",
    "Branch",
    "Choice",
    "Definition",
    "End",
    "EndLink",
    "Image",
    "Kind",
    "Metric",
    "NotADefinition",
    "Page",
    "Problem",
    "Question",
    "Quiz",
    "Quota",
    "Result",
    "Texts",
    "Way",
    "WrongAnswer",
    "check_definition",
    "day_in",
    "in_words",
    "is_marked",
    "is_right",
    "offered",
    "offers_something",
    "piped",
    "points_of",
    "read_answer",
    "read_definition",
    "rule_fields",
    "still_fitting",
    "upgraded",
    "values_of",
    "with_metrics",
]
