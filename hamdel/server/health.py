"""Is it alive, is it ready, how much does it do."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import orjson
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from hamdel import environment
from hamdel.ground import analytics
from hamdel.ground.workspaces.tenancy import across_workspaces

if TYPE_CHECKING:
    from hamdel.server.process import Process

LEAST_FREE_BYTES = 200_000_000
LATE_SECONDS = 60


def readiness(process: Process) -> dict[str, str]:
    """Return what is wrong by part; an empty answer means ready."""
    checks = {
        "postgres": postgres_problem,
        "analytics": lambda: analytics_problem(),
        "disk": disk_problem,
        "worker": process.worker_problem,
        "shipper": process.shipper_problem,
    }
    found = {name: check() for name, check in checks.items()}
    return {name: problem for name, problem in found.items() if problem}


def postgres_problem() -> str:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception as error:
        connection.close()
        return f"not reachable: {str(error).splitlines()[0]}"
    return f"{len(plan)} migrations are waiting; run hamdel migrate" if plan else ""


def analytics_problem() -> str:
    return analytics.health().trouble


def disk_problem() -> str:
    free = shutil.disk_usage(environment.home()).free
    return f"only {free // 1_000_000} MB free in {environment.home()}" if free < LEAST_FREE_BYTES else ""


def metrics_text(process: Process) -> bytes:
    """Return the figures of this server in Prometheus' text format."""
    registry = CollectorRegistry()
    done = process.figures()
    figures = {
        "hamdel_events_committed": ("Events acknowledged by this server", done.committed_events),
        "hamdel_commits": ("Group commits of this server", done.commits),
        "hamdel_requests_refused": ("Intake requests refused by this server", done.refused),
        "hamdel_log_lag_events": ("Events in the log not yet taken in", log_lag()),
        "hamdel_shipments_waiting": ("Shipments waiting for ClickHouse", shipments_waiting()),
        "hamdel_resident_bytes": (
            "Memory of this server, its doors included, PostgreSQL apart",
            resident_bytes() + done.resident_bytes,
        ),
        "hamdel_disk_free_bytes": ("Free space in HAMDEL_HOME", shutil.disk_usage(environment.home()).free),
    }
    for name, (meaning, value) in figures.items():
        Gauge(name, meaning, registry=registry).set(value)
    return generate_latest(registry)


def log_lag() -> int:
    from hamdel.listen.events.models import Cursor, LoggedEvent
    from hamdel.listen.events.shipping import CURSOR

    with across_workspaces():
        last = LoggedEvent.objects.order_by("-position").values_list("position", flat=True).first() or 0
        taken = Cursor.objects.filter(name=CURSOR).values_list("position", flat=True).first() or 0
        return max(last - taken, 0)


def shipments_waiting() -> int:
    from hamdel.listen.events.models import Shipment

    return Shipment.objects.filter(shipped_at=None).count()


def resident_bytes() -> int:
    with open("/proc/self/statm") as stream:
        return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def as_json(problems: dict[str, str]) -> bytes:
    return orjson.dumps({"status": "ready" if not problems else "not ready", "problems": problems})
