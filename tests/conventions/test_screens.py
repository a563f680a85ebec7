"""Every screen can be read by those who do not see it: names, labels and headings are there, whoever wrote the page."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.test import Client

from hamdel.ground.workspaces.models import WorkspaceRow
from hamdel.ground.workspaces.tenancy import inside
from hamdel.listen.surveys.models import Survey
from tests.conventions.test_isolation import filled  # noqa: F401 - a fixture
from tests.conventions.test_repository import views

VOID = {"input", "img", "meta", "link", "br", "hr", "source", "wbr", "area", "base", "col", "embed", "track"}
UNSEEN_INPUTS = {"hidden", "submit", "button", "image"}
NAMED = {"a", "button", "summary"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


@dataclass
class Thing:
    """An element whose name may come from what stands in it."""

    tag: str
    attributes: dict[str, str]
    words: list[str] = field(default_factory=list)
    is_in_label: bool = False

    @property
    def name(self) -> str:
        told = self.attributes.get("aria-label") or self.attributes.get("aria-labelledby")
        return (told or "".join(self.words) or self.attributes.get("title", "")).strip()


class Screen(HTMLParser):
    """What a screen reader would find on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[Thing] = []
        self.things: list[Thing] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        thing = Thing(tag, {name: value or "" for name, value in attrs})
        thing.is_in_label = any(each.tag == "label" for each in self.open)
        self.things.append(thing)
        self.handle_data(thing.attributes.get("alt", ""))
        if tag not in VOID:
            self.open.append(thing)

    def handle_startendtag(self, tag, attrs):
        """An element of SVG that closes itself holds no words."""
        if tag in VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        while self.open and any(each.tag == tag for each in self.open):
            if self.open.pop().tag == tag:
                return

    def handle_data(self, data):
        for thing in self.open:
            thing.words.append(data)

    def faults(self):
        """Say what is missing on this page."""
        tags = Counter(thing.tag for thing in self.things)
        if tags["main"] != 1 or tags["h1"] != 1:
            yield f"main {tags['main']}, h1 {tags['h1']}"
        title = next((thing.name for thing in self.things if thing.tag == "title"), "")
        if not title or title.startswith("·"):
            yield "no title"
        ids = Counter(thing.attributes["id"] for thing in self.things if "id" in thing.attributes)
        yield from (f"id {one} twice" for one, n in ids.items() if n > 1)
        yield from self._nameless()
        yield from self._skipped_headings()

    def _nameless(self):
        labels = {
            thing.attributes["for"]
            for thing in self.things
            if thing.tag == "label" and "for" in thing.attributes and thing.name
        }
        for thing in self.things:
            about = f"{thing.tag} {thing.attributes}"
            if thing.attributes.get("aria-hidden") == "true":
                continue
            if thing.tag in {"input", "select", "textarea"}:
                is_seen = thing.attributes.get("type") not in UNSEEN_INPUTS
                if is_seen and not (thing.is_in_label or thing.name or thing.attributes.get("id") in labels):
                    yield f"no label: {about}"
            elif thing.tag in NAMED and not thing.name:
                yield f"no name: {about}"
            elif thing.tag == "img" and "alt" not in thing.attributes:
                yield f"no alt: {about}"
            elif thing.tag == "iframe" and not thing.attributes.get("title"):
                yield f"no title: {about}"

    def _skipped_headings(self):
        before = 0
        for thing in self.things:
            if thing.tag in HEADINGS:
                level = int(thing.tag[1])
                if level > before + 1:
                    yield f"{thing.tag} after h{before}: {thing.name}"
                before = level


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<title>t</title><main><h1>a</h1><input name=q></main>", "no label"),
        ("<title>t</title><main><h1>a</h1><a href=/><svg><path/></svg></a></main>", "no name"),
        ("<title>t</title><main><h1>a</h1><h3>b</h3></main>", "h3 after h1"),
        ("<title>t</title><main><h1>a</h1><p id=x><p id=x></main>", "id x twice"),
        ("<title> · Hamdel</title><main><h1>a</h1></main>", "no title"),
        ("<title>t</title><div><h1>a</h1></div>", "main 0"),
    ],
)
def test_a_fault_is_found(page, fault):
    assert fault in " ".join(Screen(page).faults())


def test_a_page_without_faults_passes():
    page = (
        "<title>t</title><main><h1>a</h1><label>q <input name=q></label><label for=w>w</label><select id=w></select>"
        "<a href=/ aria-label=home><svg/></a><button><img alt=ok></button><h2>b</h2></main>"
    )

    assert list(Screen(page).faults()) == []


def screens(workspace):
    """Return the address of every page, those of one thing with a thing of this workspace."""
    with inside(workspace):
        things = {
            model._meta.model_name: str(first.pk)
            for model in apps.get_models()
            if issubclass(model, WorkspaceRow) and (first := model.objects.order_by("pk").first())
        }
        open_link = Survey.objects.get().public_id
    yield f"/s/{open_link}/"
    for path, _view in views():
        address = re.sub(r"\\[AZz]|[\^$]", "", path)
        address = re.sub(r"<uuid:(\w+)_id>", lambda found: things.get(found[1], found[0]), address)
        address = address.replace("<int:number>", "1")
        if "<" not in address and not address.startswith("accounts/"):
            yield f"/{address}"


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_screen_can_be_read_without_seeing_it(filled, language):  # noqa: F811 - the fixture
    client = Client()
    client.force_login(filled.owner.user)
    client.cookies["language"] = language
    faults, seen = {}, 0

    for address in screens(filled.cafe):
        response = client.get(address)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            page = response.content.decode()
            if "<html" in page:
                seen += 1
                if found := list(Screen(page).faults()):
                    faults[address] = found

    assert seen > 50
    assert faults == {}
