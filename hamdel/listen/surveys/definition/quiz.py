"""Points of a test: which answers are right, and what they make together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hamdel.ground.rules.values import alike
from hamdel.listen.surveys.definition.parts import Kind, Question, Quiz


@dataclass(frozen=True)
class Result:
    """What was reached: points of `most`; `percent` is 0 where there are none to reach."""

    points: float
    most: float
    passed: bool

    @property
    def percent(self) -> float:
        return 100 * self.points / self.most if self.most else 0.0


def result(questions: Iterable[Question], answers: Mapping[str, Any], quiz: Quiz | None) -> Result:
    """Add up the points of all questions; of those never asked as well, so that a short way is no good way.

    Choices count that stand in `questions`: leave out what was not offered.
    """
    points, most = 0.0, 0.0
    for question in questions:
        if is_marked(question):
            points += points_of(question, answers.get(question.key))
            most += most_points(question)
    percent = 100 * points / most if most else 0.0
    return Result(points, most, bool(quiz) and percent >= (quiz.pass_percent if quiz else 0))


def is_marked(question: Question) -> bool:
    """Tell whether a question has a right answer."""
    return question.right is not None or any(choice.is_right or choice.points for choice in question.choices)


def most_points(question: Question) -> float:
    """Return what the best answer earns."""
    by_choice = [choice.points for choice in question.choices if choice.points > 0]
    if not by_choice:
        return question.points or 1
    return sum(by_choice) if question.kind == Kind.MULTIPLE else max(by_choice)


def points_of(question: Question, value: Any) -> float:
    """Return what an answer earns: the points of its choices, or all when it is right. Never below zero."""
    if any(choice.points for choice in question.choices):
        chosen = set(value if isinstance(value, list) else [value])
        return max(0.0, sum(choice.points for choice in question.choices if choice.value in chosen))
    return (question.points or 1) if is_right(question, value) else 0


def is_right(question: Question, value: Any) -> bool:
    """Tell whether an answer is the right one; of several choices, exactly the right ones."""
    if value is None:
        return False
    right = [choice.value for choice in question.choices if choice.is_right]
    if right and question.kind == Kind.MULTIPLE:
        return set(value) == set(right)
    if right:
        return value in right
    if isinstance(question.right, str) and isinstance(value, str):
        return alike(question.right.strip()) == alike(value.strip())
    return question.right is not None and value == question.right
