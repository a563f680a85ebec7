"""Changes to a draft: each takes a definition (format 2, JSON) and changes it in place. Pure: no database.

NoSuchPart when what is to be changed is not there any more, because another tab or another member removed it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hamdel.listen.drafts.kinds import new_question

Form = dict[str, Any]
EARLIER, LATER = -1, 1
LISTS = ("choices", "rows")


class NoSuchPart(LookupError):
    """It is not in the survey any more. Somebody may have removed it; look at the survey as it is now."""


def questions(form: Form) -> Iterator[Form]:
    for page in form["pages"]:
        yield from page["questions"]


def find_question(form: Form, key: str) -> Form:
    return _one(questions(form), key)


def find_page(form: Form, key: str) -> Form:
    return _one(form["pages"], key)


def find_end(form: Form, key: str) -> Form:
    return _one(form["ends"], key)


def find_quota(form: Form, key: str) -> Form:
    return _one(form.get("quotas", []), key)


def find_choice(form: Form, address: str) -> Form:
    """Return a choice or a row by its address: "q1:choices:c2". A value may have a colon of its own."""
    key, list_name, value = (*address.split(":", 2), "", "")[:3]
    items = find_question(form, key).get(list_name) if list_name in LISTS else None
    return next((item for item in items or () if item["value"] == value), None) or _gone()


def page_of(form: Form, key: str) -> Form:
    """Return the page a question is on."""
    return (
        next((page for page in form["pages"] if any(q["key"] == key for q in page["questions"])), None)
        or _gone()
    )


def _one(parts: Iterable[Form], key: str) -> Form:
    return next((part for part in parts if part["key"] == key), None) or _gone()


def _gone() -> Any:
    raise NoSuchPart(NoSuchPart.__doc__)


def free_key(taken: Iterable[str], stem: str) -> str:
    """Return a key that nothing has yet: q1, q2 …"""
    known = set(taken)
    return next(key for number in range(1, len(known) + 2) if (key := f"{stem}{number}") not in known)


# Questions


def add_question(form: Form, kind: str, *, page: str, after: str = "") -> str:
    """Put a new question at the end of a page, or right after another one; return its key."""
    key = free_key((q["key"] for q in questions(form)), "q")
    place = find_page(form, page)["questions"]
    at = next((n + 1 for n, q in enumerate(place) if q["key"] == after), len(place))
    place.insert(at, new_question(key, kind, form["languages"]))
    return key


def replace_question(form: Form, key: str, changed: Mapping[str, Any]) -> None:
    """Give a question other properties; its key and logic stay."""
    question = find_question(form, key)
    kept: Form = {name: question[name] for name in ("key", "kind", "shown_if") if name in question}
    question.clear()
    question.update({**kept, **changed, **kept})


def copy_question(form: Form, key: str) -> str:
    """Put a copy of a question right after it; return the key of the copy."""
    place = page_of(form, key)["questions"]
    at = next(n for n, question in enumerate(place) if question["key"] == key)
    made = copy.deepcopy(place[at])
    made["key"] = free_key((q["key"] for q in questions(form)), "q")
    place.insert(at + 1, made)
    return str(made["key"])


def remove_question(form: Form, key: str) -> None:
    """Take a question out. Rules that speak of it stay, and the check before publishing names them."""
    place = page_of(form, key)["questions"]
    place[:] = [question for question in place if question["key"] != key]


def move_question(form: Form, key: str, step: int) -> None:
    """Move a question one place earlier or later; past the edge of its page it goes to the next page."""
    pages = form["pages"]
    number = next((n for n, page in enumerate(pages) if page is page_of(form, key)), 0)
    place = pages[number]["questions"]
    at = next(n for n, question in enumerate(place) if question["key"] == key)
    if 0 <= at + step < len(place):
        place[at], place[at + step] = place[at + step], place[at]
    elif 0 <= number + step < len(pages):
        other = pages[number + step]["questions"]
        other.insert(0 if step == LATER else len(other), place.pop(at))


def put_question(form: Form, key: str, *, page: str, before: str = "") -> None:
    """Put a question on a page, before another or at the end: what dragging does."""
    target = find_page(form, page)["questions"]
    origin = page_of(form, key)["questions"]
    question = find_question(form, key)
    if before == key:
        return
    origin.remove(question)
    at = next((n for n, other in enumerate(target) if other["key"] == before), len(target))
    target.insert(at, question)


# Pages


def add_page(form: Form, *, after: str = "") -> str:
    """Put an empty page after another, or at the end; return its key."""
    key = free_key((page["key"] for page in form["pages"]), "p")
    at = next((n + 1 for n, page in enumerate(form["pages"]) if page["key"] == after), len(form["pages"]))
    form["pages"].insert(at, {"key": key, "questions": []})
    return key


def split_page(form: Form, question: str) -> str:
    """Begin a new page with a question; return the key of the new page."""
    page = page_of(form, question)
    at = next(n for n, other in enumerate(page["questions"]) if other["key"] == question)
    key = add_page(form, after=page["key"])
    made = find_page(form, key)
    made["questions"], page["questions"] = page["questions"][at:], page["questions"][:at]
    if "next" in page:
        made["next"] = page.pop("next")
    return key


def merge_page(form: Form, key: str) -> str:
    """Put the questions of a page at the end of the page before it; return the key of that page."""
    pages = form["pages"]
    number = next((n for n, page in enumerate(pages) if page["key"] == key), None)
    if not number:
        return str(pages[0]["key"])
    gone = pages.pop(number)
    pages[number - 1]["questions"] += gone["questions"]
    if "next" in gone:
        pages[number - 1]["next"] = [*pages[number - 1].get("next", []), *gone["next"]]
    _forget(form, key)
    return str(pages[number - 1]["key"])


def move_page(form: Form, key: str, step: int) -> None:
    pages = form["pages"]
    at = pages.index(find_page(form, key))
    if 0 <= at + step < len(pages):
        pages[at], pages[at + step] = pages[at + step], pages[at]


def remove_page(form: Form, key: str) -> None:
    """Take a page out with its questions; the last one stays."""
    if len(form["pages"]) > 1:
        form["pages"].remove(find_page(form, key))
        _forget(form, key)


def _forget(form: Form, page: str) -> None:
    """Drop branches to a page that is gone."""
    for other in form["pages"]:
        if "next" in other:
            other["next"] = [branch for branch in other["next"] if branch["to"] != page]


# Ends and quotas


# The rule of an end that nobody comes to by themselves: a page or a quota leads there.
NOBODY: dict[str, Any] = {"any": []}


def add_end(form: Form) -> str:
    """Put a new end before the last, which everybody else comes to; return its key."""
    key = free_key((end["key"] for end in form["ends"]), "end")
    form["ends"].insert(max(len(form["ends"]) - 1, 0), {"key": key, "text": {}, "if": copy.deepcopy(NOBODY)})
    return key


def remove_end(form: Form, key: str) -> None:
    """Take an end out; the last, which has no rule, stays."""
    if key != form["ends"][-1]["key"]:
        form["ends"].remove(find_end(form, key))


def add_quota(form: Form) -> str:
    quotas = form.setdefault("quotas", [])
    key = free_key((quota["key"] for quota in quotas), "quota")
    quotas.append(
        {"key": key, "name": "", "if": {"all": []}, "limit": 100, "to": f"end:{form['ends'][-1]['key']}"}
    )
    return key


def remove_quota(form: Form, key: str) -> None:
    form["quotas"].remove(find_quota(form, key))
    if not form["quotas"]:
        del form["quotas"]


# Languages


def add_language(form: Form, language: str) -> None:
    if language not in form["languages"]:
        form["languages"].append(language)


def remove_language(form: Form, language: str) -> None:
    """Take a language out with all its texts; the last one stays."""
    if len(form["languages"]) > 1 and language in form["languages"]:
        form["languages"].remove(language)
        for texts in texts_of(form):
            texts.texts.pop(language, None)


class Text:
    """One text of a survey in all its languages: what it belongs to, which part of it, and the words."""

    def __init__(self, owner: str, part: str, texts: dict[str, str]) -> None:
        self.owner, self.part, self.texts = owner, part, texts

    @property
    def name(self) -> str:
        return f"{self.owner}|{self.part}"


_PARTS = ("title", "text", "help", "low_label", "high_label", "unit", "pattern_text", "other", "none")


def texts_of(form: Form) -> Iterator[Text]:
    """Yield every text that is said to respondents, in the order they meet it."""
    for page in form["pages"]:
        yield from _texts(f"page:{page['key']}", page)
        for question in page["questions"]:
            owner = f"question:{question['key']}"
            yield from _texts(owner, question)
            for list_name in LISTS:
                for item in question.get(list_name, []):
                    yield from _texts(f"{owner}:{list_name}:{item['value']}", item)
                    yield from _texts(
                        f"{owner}:{list_name}:{item['value']}:image", item.get("image") or {}, ("alt",)
                    )
            yield from _texts(f"{owner}:feedback", question.get("feedback", {}), ("right", "wrong"))
            if question.get("image"):
                yield from _texts(f"{owner}:image", question["image"], ("alt",))
    for end in form["ends"]:
        yield from _texts(f"end:{end['key']}", end)
        if end.get("link"):
            yield from _texts(f"end:{end['key']}:link", end["link"])


def _texts(owner: str, part: Mapping[str, Any], names: tuple[str, ...] = _PARTS) -> Iterator[Text]:
    for name in names:
        if isinstance(part.get(name), dict) and any(part[name].values()):
            yield Text(owner, name, part[name])


def completeness(form: Form) -> dict[str, tuple[int, int]]:
    """Return (written, all) texts by language."""
    everything = [text.texts for text in texts_of(form)]
    return {
        language: (sum(bool(texts.get(language)) for texts in everything), len(everything))
        for language in form["languages"]
    }
