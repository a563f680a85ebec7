"""What a doctor looks at: each check tells what it found and, when something is wrong, what to do."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import orjson

from hamdel import environment

ENOUGH_BYTES = 2_000_000_000
OLD_BACKUP = timedelta(days=2)
# ClickHouse is built for processors that have these.
NEEDED_FLAGS = {"x86_64": {"sse4_2", "ssse3", "popcnt"}}
HIDDEN = ("KEY", "TOKEN", "SECRET", "PASSWORD")


class Level(StrEnum):
    """How bad it is. Only BAD makes the doctor's exit code 1."""

    GOOD = "ok"
    WARN = "look"
    BAD = "BAD"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report."""

    level: Level
    about: str
    text: str


Check = Callable[[], Iterable[Finding]]


def good(about: str, text: str) -> Finding:
    return Finding(Level.GOOD, about, text)


def warn(about: str, text: str) -> Finding:
    return Finding(Level.WARN, about, text)


def bad(about: str, text: str) -> Finding:
    return Finding(Level.BAD, about, text)


def found_by(check: Check) -> Iterator[Finding]:
    """Yield what a check finds; one that stumbles is a finding itself, and the others still look."""
    try:
        yield from check()
    except Exception as error:
        first = str(error).strip().partition("\n")[0] or type(error).__name__
        yield bad(check.__name__.replace("_", " "), f"could not be looked at: {first}")


# What needs no database


def machine() -> Iterator[Finding]:
    """Python, processor."""
    yield good("Python", platform.python_version())
    needed = NEEDED_FLAGS.get(platform.machine(), set())
    if missing := needed - _processor_flags():
        yield bad("processor", f"lacks {', '.join(sorted(missing))}, which ClickHouse needs; use a newer one")
    else:
        yield good("processor", f"{os.cpu_count()} cores, {platform.machine()}")


def _processor_flags() -> set[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return set().union(*NEEDED_FLAGS.values())
    return set(next((line for line in lines if line.startswith("flags")), "").split())


def data_folder() -> Iterator[Finding]:
    """Room and rights of HAMDEL_HOME."""
    home = environment.home()
    free = shutil.disk_usage(home).free
    told = f"{home}: {free / 1e9:,.1f} GB free"
    yield (
        good("data folder", told)
        if free >= ENOUGH_BYTES
        else warn("data folder", f"{told}; below 0.2 GB nothing more is taken. Make room")
    )
    for name in ("secrets", "backups"):
        folder = home / name
        if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
            yield bad(name, f"{folder} is open to others; close it: chmod 700 {folder}")


def settings_given() -> Iterator[Finding]:
    """The settings that are not at their default; secrets are not shown."""
    for name in environment.VARIABLES:
        if os.environ.get(name):
            yield good("setting", f"{name}={masked(name, os.environ[name])}")
    unknown = [n for n in sorted(os.environ) if n.startswith("HAMDEL_") and n not in environment.VARIABLES]
    for name in unknown:
        yield warn("setting", f"{name} means nothing; see docs/reference/settings.md")
    if environment.value("HAMDEL_DEBUG"):
        yield warn(
            "setting", "HAMDEL_DEBUG shows strangers the details of errors; unset it on a public server"
        )
    if not environment.value("HAMDEL_URL"):
        yield warn(
            "setting", "HAMDEL_URL is empty: links in messages lead to 127.0.0.1, cookies are not secure"
        )
    if not environment.value("HAMDEL_EMAIL_URL"):
        yield warn("setting", "HAMDEL_EMAIL_URL is empty: forgotten passwords cannot be mailed")


def masked(name: str, value: str) -> str:
    """Return a value fit for a screen: secrets hidden, passwords in URLs as well."""
    if any(part in name for part in HIDDEN):
        return "…"
    scheme, between, rest = value.partition("://")
    login, at, host = rest.rpartition("@")
    return f"{scheme}://{login.partition(':')[0]}:…@{host}" if between and at and ":" in login else value


def newest_backup() -> Iterator[Finding]:
    """How old the newest backup in the usual place is."""
    files = sorted((environment.home() / "backups").glob("*.tar"), key=lambda file: file.stat().st_mtime)
    if not files:
        yield warn("backup", "there is none in its usual place; make one with `hamdel backup`")
        return
    age = datetime.now(UTC) - datetime.fromtimestamp(files[-1].stat().st_mtime, UTC)
    told = f"{files[-1].name}, {age.days} days old"
    yield (
        warn("backup", f"{told}; make a new one with `hamdel backup`")
        if age > OLD_BACKUP
        else good("backup", told)
    )


def pdf() -> Iterator[Finding]:
    """Posters and certificates need Pango of the system."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):
        yield warn(
            "PDF",
            "Pango is missing, so posters cannot be printed; install libpango-1.0-0 and libpangoft2-1.0-0",
        )
    else:
        yield good("PDF", "can be printed")


# What asks PostgreSQL


def postgres() -> Iterator[Finding]:
    """Role, durability and migrations."""
    import psycopg

    from hamdel.ground.postgres import PostgresError, connection_urls, verify_durability, verify_role
    from hamdel.server.health import postgres_problem

    with psycopg.connect(connection_urls().app) as connection:
        for check in (verify_role, verify_durability):
            try:
                check(connection)
            except PostgresError as error:
                yield bad("PostgreSQL", str(error))
        version = connection.info.server_version // 10_000
    problem = postgres_problem()
    yield (
        bad("PostgreSQL", problem)
        if problem
        else good("PostgreSQL", f"version {version}, durable, up to date")
    )


def members() -> Iterator[Finding]:
    """Who could let others in."""
    from hamdel.ground.access.models import Member
    from hamdel.ground.access.permissions import Role
    from hamdel.ground.workspaces.models import Workspace
    from hamdel.ground.workspaces.tenancy import across_workspaces

    with across_workspaces():
        for workspace in Workspace.objects.order_by("slug"):
            owners = Member.objects.filter(workspace=workspace, role=Role.OWNER, user__is_active=True).count()
            yield (
                good("workspace", f"{workspace.slug}: {owners} owners")
                if owners
                else bad(
                    "workspace", f"{workspace.slug} has no owner who may log in; see `hamdel create-admin`"
                )
            )
        if not Workspace.objects.exists():
            yield warn("workspace", "there is none yet; make one with `hamdel create-admin`")


def audit_log() -> Iterator[Finding]:
    """Whether somebody changed it."""
    from hamdel.ground.audit.actions import first_broken_entry
    from hamdel.ground.workspaces.models import Workspace
    from hamdel.ground.workspaces.tenancy import across_workspaces

    with across_workspaces():
        for workspace in Workspace.objects.order_by("slug"):
            if number := first_broken_entry(workspace):
                yield bad("audit log", f"{workspace.slug}: changed or cut at entry {number}")


def work_left() -> Iterator[Finding]:
    """Events, jobs and reactions that wait or failed."""
    from django.db import connection

    from hamdel.ground.facts.models import FailedReaction
    from hamdel.ground.workspaces.tenancy import across_workspaces
    from hamdel.listen.events.models import QuarantinedEvent
    from hamdel.server.health import log_lag, shipments_waiting

    lag, waiting = log_lag(), shipments_waiting()
    yield good("events", f"{lag:,} wait to be taken in, {waiting:,} shipments for ClickHouse")
    with across_workspaces():
        held = QuarantinedEvent.objects.filter(replayed_at=None, discarded_at=None).count()
        failed = FailedReaction.objects.filter(settled_at=None).count()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
            jobs = cursor.fetchone()[0]
    if held:
        yield warn("quarantine", f"{held:,} events could not be taken; look at them on the page Quarantine")
    if failed:
        yield warn(
            "reactions",
            f"{failed:,} events could not be digested; they are tried again by themselves for some days",
        )
    if jobs:
        yield warn("jobs", f"{jobs:,} failed for good")


# ClickHouse: ours to open only while no server has it


def clickhouse() -> Iterator[Finding]:
    """The embedded one answers through the running server, which holds its folder."""
    from hamdel.ground import analytics
    from hamdel.ground.beside import a_server_runs

    if a_server_runs():
        yield from _through_the_server()
        return
    health = analytics.health()
    yield good("ClickHouse", f"version {health.version}") if health else bad("ClickHouse", health.trouble)
    analytics.close()


def _through_the_server() -> Iterator[Finding]:
    address = f"http://{environment.value('HAMDEL_HOST')}:{environment.port()}"
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:  # noqa: S310 - our own server
            told = orjson.loads(answer.read())
    except urllib.error.HTTPError as error:
        told = orjson.loads(error.read())
    except OSError as error:
        yield warn("server", f"runs, but not at {address} ({error}); set HAMDEL_PORT or PORT as it has it")
        return
    problems = told.get("problems", {})
    yield from (bad(name, problem) for name, problem in problems.items())
    if not problems:
        yield good("server", f"{address} is ready, ClickHouse included")


ALONE: tuple[Check, ...] = (machine, data_folder, settings_given, newest_backup, pdf)
WITH_DATABASE: tuple[Check, ...] = (postgres, members, audit_log, work_left, clickhouse)
