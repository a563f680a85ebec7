"""Sufficient statistics: the few numbers a score is reckoned from, as ClickHouse returns them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import ClassVar, Self

from hamdel.measure.metrics.scores import Estimate, mean, nps, share

Scale = tuple[float, float]
_PLACE = 4


@dataclass(frozen=True)
class Cell:
    """One bucket of time, one group, one scale: the statistics of the answers in it.

    `edge` is the Unix second at which the bucket begins; `scale_low` and `scale_high` are 0 where a metric
    has no scale.
    """

    edge: int
    key: str
    scale_low: float
    scale_high: float

    # Whether the statistics of two cells add up to those of both together.
    is_additive: ClassVar[bool] = True
    # The fields whose sum says which groups are the largest.
    weight: ClassVar[tuple[str, ...]] = ("n",)

    @property
    def scale(self) -> Scale:
        return self.scale_low, self.scale_high

    @property
    def answers(self) -> int:
        raise NotImplementedError

    def estimate(self) -> Estimate | None:
        """Return the score with its interval; None when there is nothing to reckon from."""
        raise NotImplementedError

    @classmethod
    def statistics(cls) -> list[str]:
        """Return the names of the fields that are reckoned with, without those that say which cell it is."""
        return [field.name for field in fields(cls)][_PLACE:]

    def plus(self, other: Self) -> Self:
        """Return the cell of both; edge, key and scale are those of the first."""
        sums = {name: getattr(self, name) + getattr(other, name) for name in self.statistics()}
        return replace(self, **sums)


@dataclass(frozen=True)
class NpsCell(Cell):
    promoters: int
    passives: int
    detractors: int

    weight: ClassVar[tuple[str, ...]] = ("promoters", "passives", "detractors")

    @property
    def answers(self) -> int:
        return self.promoters + self.passives + self.detractors

    def estimate(self) -> Estimate | None:
        # A score taken back in another bucket than it was given in may leave less than none.
        counts = (max(self.promoters, 0), max(self.passives, 0), max(self.detractors, 0))
        return nps(*counts) if self.answers > 0 else None


@dataclass(frozen=True)
class MeanCell(Cell):
    n: int
    total: float
    squares: float

    @property
    def answers(self) -> int:
        return self.n

    def estimate(self) -> Estimate | None:
        if self.n <= 0 or not self.scale_low <= self.total / self.n <= self.scale_high:
            return None
        return mean(self.n, self.total, self.squares, self.scale)


@dataclass(frozen=True)
class ShareCell(Cell):
    part: int
    n: int

    @property
    def answers(self) -> int:
        return self.n

    def estimate(self) -> Estimate | None:
        return share(min(max(self.part, 0), self.n), self.n) if self.n > 0 else None


@dataclass(frozen=True)
class DistinctShareCell(ShareCell):
    """A share of customers: one who buys in two months is still one customer of both together."""

    is_additive: ClassVar[bool] = False


@dataclass(frozen=True)
class QuantileCell(Cell):
    """A quantile with its order-statistic interval, reckoned where the values are; seconds."""

    n: int
    value: float | None
    low: float | None
    high: float | None
    waiting: int

    is_additive: ClassVar[bool] = False

    @property
    def answers(self) -> int:
        return self.n

    def estimate(self) -> Estimate | None:
        return None if self.value is None else Estimate(self.value, self.low, self.high, self.n)


def together(cells: Iterable[Cell]) -> Cell | None:
    """Return one cell for all of them, None for none. Only for additive cells of one scale."""
    whole: Cell | None = None
    for cell in cells:
        whole = cell if whole is None else whole.plus(cell)
    return whole
