"""The job worker: restarted when it ends, and when its heart stops; jobs of a killed worker come back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time

from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.jobs import Status

log = logging.getLogger(__name__)

CONCURRENCY = 4
# A worker that has not beaten for this long is dead; its jobs are given to another.
DEAD_AFTER_SECONDS = 45
SWEEP_SECONDS = 15
RESTART_SECONDS = 2
# A database that does not answer for this long is gone, whatever its connection says.
SILENCE_SECONDS = 30
MOST_DEATHS = 5


class Worker:
    """Runs jobs in a thread with an event loop of its own, for as long as the process lives."""

    def __init__(self) -> None:
        self.thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self.loop = asyncio.new_event_loop()
        self.stopping = threading.Event()
        self.current: asyncio.Task | None = None
        self.beat = time.monotonic()

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Let running jobs finish, then end; what does not finish in time returns to the queue by the sweep."""
        self.stopping.set()
        self.loop.call_soon_threadsafe(lambda: self.current and self.current.cancel())
        self.thread.join(timeout=15)

    @property
    def seconds_since_beat(self) -> float:
        return time.monotonic() - self.beat

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._keep_working())

    async def _keep_working(self) -> None:
        while not self.stopping.is_set():
            self.current = asyncio.ensure_future(self._work())
            try:
                await self.current
            except asyncio.CancelledError:
                if self.stopping.is_set():
                    return
            except Exception as problem:
                # procrastinate's worker ends when PostgreSQL goes away; ours comes back.
                log.warning("The job worker ended (%s) and starts again", problem)
            await asyncio.sleep(RESTART_SECONDS)

    async def _work(self) -> None:
        """Work until something breaks; the sweep beside it doubles as the watchdog."""
        connector = django_app.connector.get_worker_connector()  # type: ignore[attr-defined]
        app = django_app.with_connector(connector)
        async with app.open_async():
            await sweep(app)
            worker = asyncio.ensure_future(
                app.run_worker_async(
                    concurrency=CONCURRENCY,
                    install_signal_handlers=False,
                    wait=True,
                    delete_jobs="successful",
                    shutdown_graceful_timeout=10,
                )
            )
            sweeping = asyncio.ensure_future(self._sweep_for_ever(app))
            try:
                await asyncio.wait({worker, sweeping}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (sweeping, worker):
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await task

    async def _sweep_for_ever(self, app: App) -> None:
        """Sweep now and then. Ends, and so restarts everything, when PostgreSQL does not answer at all."""
        while True:
            self.beat = time.monotonic()
            await asyncio.sleep(SWEEP_SECONDS)
            async with asyncio.timeout(SILENCE_SECONDS):
                await sweep(app)


async def sweep(app: App) -> int:
    """Give the jobs of dead workers back to the queue; return how many.

    A job whose worker died under it time and again may be what kills it: it fails for good and can be looked at.
    """
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS))
    for job in stalled:
        if job.attempts + 1 < MOST_DEATHS:
            await app.job_manager.retry_job(job)
        else:
            log.error(
                "Job %s (%s) fails: its worker died under it %s times", job.id, job.task_name, MOST_DEATHS
            )
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
    await app.job_manager.prune_stalled_workers(DEAD_AFTER_SECONDS)
    return len(stalled)
