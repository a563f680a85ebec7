"""Work in groups: whoever comes meanwhile, and whoever is about to come back, is of the next group."""

from __future__ import annotations

import asyncio
import threading

import pytest

from hamdel.listen.surveys import desk as desks
from hamdel.listen.surveys.desk import Busy, Desk


class Clerk:
    """Notes what it was given together; the first group takes until it is let go."""

    def __init__(self, *, is_held: bool = False) -> None:
        self.groups: list[list[str]] = []
        self.go = threading.Event()
        self.has_begun = threading.Event()
        if not is_held:
            self.go.set()

    def work(self, tasks):
        self.groups.append(list(tasks))
        self.has_begun.set()
        assert self.go.wait(30)
        if "bad" in tasks:
            raise ValueError("bad")
        return [task.upper() for task in tasks]


@pytest.fixture
def started():
    """Return a function that starts a desk of a clerk; all are stopped at the end."""
    running = []

    def start(clerk: Clerk) -> Desk:
        desk = Desk(clerk.work, name="test")
        desk.start()
        running.append(desk)
        return desk

    yield start
    for desk in running:
        desk.stop()


async def in_hand(clerk: Clerk) -> None:
    """Wait until the clerk has begun with a group."""
    assert await asyncio.to_thread(clerk.has_begun.wait, 30)


async def crowd(desk: Desk, clerk: Clerk, *tasks: str) -> list:
    """Lay down "a", and these while it is in hand; let the clerk go on and return what came of all of them."""
    first = asyncio.ensure_future(desk.do("a"))
    await in_hand(clerk)
    others = [asyncio.ensure_future(desk.do(task)) for task in tasks]
    await asyncio.sleep(0)  # all have laid down theirs
    clerk.go.set()
    return await asyncio.gather(first, *others, return_exceptions=True)


def test_what_comes_while_one_group_is_worked_on_is_the_next(started):
    clerk = Clerk(is_held=True)

    async def three():
        return await crowd(started(clerk), clerk, "b", "c")

    assert asyncio.run(three()) == ["A", "B", "C"]
    assert clerk.groups == [["a"], ["b", "c"]]


def test_as_many_as_last_time_are_waited_for(started, monkeypatch):
    monkeypatch.setattr(desks, "GATHERING_SECONDS", 30)
    clerk = Clerk(is_held=True)

    async def next_two():
        desk = started(clerk)
        assert await crowd(desk, clerk, "b", "c") == ["A", "B", "C"]
        # The last group had two: the next begins when the second of it is there, and not half a minute later.
        one = asyncio.ensure_future(desk.do("d"))
        done, _waiting = await asyncio.wait([one], timeout=0.2)
        assert not done
        return await asyncio.gather(one, desk.do("e"))

    assert asyncio.run(next_two()) == ["D", "E"]
    assert clerk.groups[-1] == ["d", "e"]


def test_who_comes_alone_is_not_kept_waiting(started, monkeypatch):
    monkeypatch.setattr(desks, "GATHERING_SECONDS", 30)
    clerk = Clerk()

    async def one_by_one():
        desk = started(clerk)
        return [await asyncio.wait_for(desk.do(task), 20) for task in "abc"]

    assert asyncio.run(one_by_one()) == ["A", "B", "C"]
    assert clerk.groups == [["a"], ["b"], ["c"]]


def test_nobody_waits_longer_than_a_moment_for_others(started, monkeypatch):
    monkeypatch.setattr(desks, "GATHERING_SECONDS", 0.001)
    clerk = Clerk(is_held=True)

    async def fewer():
        desk = started(clerk)
        assert await crowd(desk, clerk, "b", "c", "d") == ["A", "B", "C", "D"]
        return await asyncio.wait_for(desk.do("e"), 20)

    assert asyncio.run(fewer()) == "E"


def test_one_that_fails_does_not_spoil_the_others(started):
    clerk = Clerk(is_held=True)

    async def mixed():
        return await crowd(started(clerk), clerk, "b", "bad", "c")

    a, b, bad, c = asyncio.run(mixed())

    assert (a, b, c) == ("A", "B", "C")
    assert isinstance(bad, ValueError)


def test_a_stopped_desk_does_what_waits_and_takes_nothing_more():
    clerk = Clerk(is_held=True)

    async def ending():
        desk = Desk(clerk.work, name="test")
        desk.start()
        first = asyncio.ensure_future(desk.do("a"))
        await in_hand(clerk)
        second = asyncio.ensure_future(desk.do("b"))
        await asyncio.sleep(0)
        stopping = asyncio.ensure_future(asyncio.to_thread(desk.stop))
        while not desk.stopping:  # noqa: ASYNC110  # another thread sets it
            await asyncio.sleep(0.01)
        with pytest.raises(Busy):
            await desk.do("c")
        clerk.go.set()
        await stopping
        return await asyncio.gather(first, second)

    assert asyncio.run(ending()) == ["A", "B"]
