"""Names that nobody would choose, and somebody does: they stay in their place on the widest and the narrowest screen."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.e2e

LONG = "Supercalifragilistic" * 4
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Cells of tables whose words reach into the cell beside them.
OVERLAPPING = """
[...document.querySelectorAll(".table td, .table th")].filter((cell) => {
  const own = cell.getBoundingClientRect();
  const isCut = (part) => part !== cell && (getComputedStyle(part).overflow === "hidden" || isCut(part.parentElement));
  return [...cell.querySelectorAll("bdi, a, span")].some((part) => {
    const its = part.getBoundingClientRect();
    const reaches = its.right > own.right + 1 || its.left < own.left - 1 || part.scrollWidth > part.clientWidth + 1;
    return its.width > 0 && part.clientWidth > 0 && reaches && !isCut(part);
  });
}).map((cell) => cell.textContent.trim().slice(0, 60))
"""


CLEAR = """
from hamdel.act.messages.models import ChannelAccount, Message
from hamdel.ground.access.models import ApiToken, Member
from hamdel.ground.workspaces.tenancy import across_workspaces
from hamdel.listen.events.models import Source
with across_workspaces():
    Message.objects.filter(account__connector="ivr").delete()
    ChannelAccount.objects.filter(connector="ivr").delete()
    ApiToken.objects.filter(name__contains=sys.argv[1]).delete()
    Source.objects.filter(name__contains=sys.argv[1]).delete()
    Member.objects.exclude(role="owner").delete()
print("[]")
"""


@pytest.fixture
def cleared(served):
    """Other stories walk the same pages with few rows on them."""
    yield
    served.python(CLEAR, LONG[:20])


@pytest.mark.usefixtures("cleared")
@pytest.mark.parametrize(("language", "width"), [("fa", 1280), ("en", 390), ("fa", 390)])
def test_a_name_without_end_stays_in_its_place(open_page, served, language, width):
    name = f"{language}{width}{LONG}"[:80]
    page = open_page(language, width=width)
    page.goto("/listen/sources/")
    page.locator("form input[name=name]").fill(name)
    page.locator("form:has(input[name=name]) button").click()
    page.goto("/settings/tokens/")
    page.locator("form input[name=name]").fill(name)
    page.locator("form:has(input[name=name]) button").click()
    page.goto("/settings/members/")
    page.locator("form input[name=name]").fill(f"{name} {LONG[:30]}")
    page.locator("form input[name=email]").fill(f"long-{language}-{width}@cafe.example")
    page.locator("form:has(input[name=email]) button").click()
    page.goto("/act/messages/channels/new/ivr/")
    page.locator("form input[name=name]").fill(name)
    page.locator("form:has(input[name=name]) button").click()
    page.locator("dl.facts").wait_for()
    address = page.locator("#answer").evaluate("one => one.value || one.textContent").strip()
    page.request.post(
        address, form={"caller": "09121234567", "survey": served.keys["survey"], "answer_digit": "9"}
    )

    for path in (
        "/listen/sources/",
        "/settings/tokens/",
        "/settings/members/",
        "/act/messages/",
        "/act/messages/channels/",
    ):
        page.goto(path)
        assert page.evaluate(TOO_WIDE) <= 0, path
        assert page.evaluate(OVERLAPPING) == [], path
    link = page.locator("tbody th a.kind--line", has_text=name)
    icon, words = link.locator("svg").first.bounding_box(), link.locator("bdi").bounding_box()
    assert icon["y"] + icon["height"] > words["y"]  # beside the name, not above it
