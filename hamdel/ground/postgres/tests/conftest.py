"""One real cluster that the tests of this slice share; each leaves it able to start."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from hamdel.ground.postgres import Cluster


@pytest.fixture(scope="session")
def shared_home():
    folder = Path(tempfile.mkdtemp(prefix="hamdel-postgres-"))
    yield folder / "postgres"
    Cluster(folder / "postgres").stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def cluster(shared_home):
    """The shared cluster, running."""
    cluster = Cluster(shared_home)
    cluster.start()
    yield cluster
    cluster.release()


@pytest.fixture
def fresh(tmp_path):
    """A cluster of its own that nobody has started."""
    cluster = Cluster(tmp_path / "postgres")
    yield cluster
    cluster.stop()
