"""The pinned packages are those the product asks for, and name no place they came from."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from tests.conventions.test_repository import ROOT, tracked

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ASKED = {
    "runtime": PROJECT["project"]["dependencies"],
    "dev": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"],
}


def name_of(requirement):
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")


def pinned(kind):
    lines = (ROOT / "requirements" / f"{kind}.lock").read_text().splitlines()
    return dict(line.split(" ")[0].split("==") for line in lines if "==" in line)


@pytest.mark.parametrize("kind", ["runtime", "dev"])
def test_every_package_that_is_asked_for_is_pinned(kind):
    missing = {name_of(requirement) for requirement in ASKED[kind]} - set(pinned(kind))

    assert missing == set(), "run bin/lock"


def test_the_product_runs_on_the_versions_its_tests_run_on():
    dev = pinned("dev")

    assert {name: version for name, version in pinned("runtime").items() if dev.get(name) != version} == {}


@pytest.mark.parametrize("file", tracked("requirements/*.lock", "*package-lock.json"), ids=lambda f: f.name)
def test_a_lock_names_no_host(file):
    text = file.read_text()
    places = json.loads(text).get("packages", {}).values() if file.suffix == ".json" else []

    assert [place["resolved"] for place in places if "resolved" in place] == []
    assert file.suffix == ".json" or "://" not in text
