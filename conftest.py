"""What every test stands on: one PostgreSQL and one chDB per test process, emptied between tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

# Settings read HAMDEL_HOME when they are imported, so this comes before anything of Django.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
_home = Path(tempfile.mkdtemp(prefix=f"hamdel-{_worker}-"))
for _name in [name for name in os.environ if name.startswith("HAMDEL_") and name != "HAMDEL_SHARED_DATA"]:
    del os.environ[_name]
os.environ["HAMDEL_HOME"] = str(_home)
_cluster = None


def pytest_configure(config):
    """Give all processes of this run one folder for what tests of the whole product copy; see tests/faults/server.py."""
    if not hasattr(config, "workerinput"):
        os.environ["TESTS_FOUNDED"] = tempfile.mkdtemp(prefix="hamdel-founded-")
        os.chmod(os.environ["TESTS_FOUNDED"], 0o755)


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop("TESTS_FOUNDED", ""), ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _leave_nothing_behind():
    yield
    shutil.rmtree(_home, ignore_errors=True)


@pytest.fixture
def tmp_path():
    """A folder that PostgreSQL's user may pass through. Pytest's own parent folder is closed to others, and every
    other pytest that starts closes it again."""
    folder = Path(tempfile.mkdtemp(prefix="hamdel-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Point Django at a cluster of this test process."""
    global _cluster
    from django.conf import settings

    from hamdel.ground.postgres import Cluster
    from hamdel.settings import database

    _cluster = Cluster(_home / "postgres")
    urls = _cluster.start()
    settings.DATABASES["default"].update(database(urls.app))
    settings.DATABASES["owner"].update(database(urls.owner))


@pytest.fixture(scope="session")
def django_db_setup(django_db_modify_db_settings, django_db_blocker):
    """Run the migrations as the owner, exactly as `hamdel migrate` does."""
    from django.core.management import call_command

    with django_db_blocker.unblock():
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    from django.db import connections

    with django_db_blocker.unblock(), connections["owner"].cursor() as cursor:
        # Emptying tables between tests is more than the product may do: TRUNCATE goes around row level security.
        cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO hamdel_app")
    yield

    with django_db_blocker.unblock():
        connections.close_all()
    _cluster.stop()


@pytest.fixture(scope="session")
def _analytics():
    from hamdel.ground import analytics

    analytics.migrate()
    yield
    analytics.close()


@pytest.fixture
def analytics_store(_analytics):
    """An empty ClickHouse behind the one door."""
    from hamdel.ground import analytics

    analytics.truncate_everything()
    return analytics


@pytest.fixture
def cast(db):
    """The people of our tests; see tests/cast.py."""
    from tests.cast import gather

    return gather()


@pytest.fixture(autouse=True)
def _every_test_begins_in_the_first_language():
    """A request leaves its language on the thread, as the next request expects; the next test does not."""
    from django.conf import settings
    from django.utils import translation

    from hamdel.ui import formats

    translation.activate(settings.LANGUAGE_CODE)
    formats.activate(formats.Display())
