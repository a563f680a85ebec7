"""What a reply means: the one number in it, in any digits or in words, or the choice it names.

Replies are written by thumb: "۵", "5 خوب بود", "نمره ۹", "پنج", "نُه", "ten!". Two different numbers mean nothing:
a guess would put a score on somebody's profile that they never gave.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from hamdel.act.messages.content import Choice

PERSIAN_WORDS = {
    0: "صفر", 1: "یک یکی", 2: "دو دوتا", 3: "سه", 4: "چهار چار", 5: "پنج", 6: "شش شیش", 7: "هفت", 8: "هشت", 9: "نه",
    10: "ده", 11: "یازده", 12: "دوازده", 13: "سیزده", 14: "چهارده", 15: "پانزده", 16: "شانزده", 17: "هفده",
    18: "هجده هیجده", 19: "نوزده", 20: "بیست",
}  # fmt: skip
ENGLISH_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
ORDINALS = {
    1: "اول", 2: "دوم", 3: "سوم", 4: "چهارم", 5: "پنجم", 6: "ششم", 7: "هفتم", 8: "هشتم", 9: "نهم", 10: "دهم"
}  # fmt: skip
WORDS = {
    **{word: number for number, words in PERSIAN_WORDS.items() for word in words.split()},
    **{word: number for number, word in ORDINALS.items()},
    **{word: number for number, word in enumerate(ENGLISH_WORDS)},
}
# "نه" is nine and "no", "یک" is one and "a", "one" is one and anybody: they count when they stand alone,
# or after a word that says a number comes.
AMBIGUOUS = {"نه", "یک", "یکی", "دو", "ده", "one", "اول"}
ANNOUNCES = {
    "نمره",
    "امتیاز",
    "عدد",
    "شماره",
    "گزینه",
    "رای",
    "رأی",
    "score",
    "rate",
    "rating",
    "number",
    "option",
}
# "از ۱۰" and "out of 10" name the scale, not the score.
SCALE = re.compile(
    r"(?:از|/|out of|of)\s*(?:10|5|7|100|ده|پنج)(?![\d.])\s*$|(?<=\d)\s*(?:/|از|out of)\s*(?:10|5|7|100|ده|پنج)(?!\d)"
)
# Half a point, less than so many, minus so many, not that many: no plain number was given.
NOT_PLAIN = re.compile(
    r"و\s*نیم\b|نمی\s*د(?:م|هم)\b|\b(?:منفی|کمتر از|بیشتر از|زیر|بالای|not|minus|less than|more than)\b"
)
KEYCAP = "\u20e3\ufe0f"
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u0640]")
NUMBER = re.compile(r"(?<![\w.+-])[+]?(\d{1,4})(?!\d|[.٫]\d)")
NO_FRACTION = re.compile(r"(?<=\d)[.٫]0+(?!\d)")
ANY_NUMBER = re.compile(r"\d+(?:[.٫]\d+)?")
KEYCAPS = {"🔟": "10"}
STOP_WORDS = frozenset(
    ["لغو", "انصراف", "لغو11", "لغو۱۱", "off", "stop", "unsubscribe", "cancel", "stopall", "end", "quit"]
)


def tidy(text: str) -> str:
    """Return `text` with Latin digits, Persian letters, no marks and no invisible characters, in lower case."""
    for emoji, digits in KEYCAPS.items():
        text = text.replace(emoji, f" {digits} ")
    # A half-space between words of one idea is a space here.
    text = INVISIBLE.sub(" ", text).translate({ord(char): None for char in KEYCAP})
    text = (
        unicodedata.normalize("NFKD", text.replace("آ", "ا"))
        .replace("ي", "ی")
        .replace("ى", "ی")
        .replace("ك", "ک")
    )
    kept = (char for char in text if not unicodedata.combining(char))
    written = (
        str(unicodedata.decimal(char)) if unicodedata.decimal(char, None) is not None else char
        for char in kept
    )
    return " ".join("".join(written).lower().split())


def number_in(text: str) -> int | None:
    """Return the one whole number a reply says, None if it says none or several different ones."""
    tidied = tidy(text)
    if NOT_PLAIN.search(tidied):
        return None
    without_scale = SCALE.sub(" ", NO_FRACTION.sub("", tidied))
    numbers = {int(found) for found in NUMBER.findall(without_scale)}
    # A price, a date or half a point beside it: not a plain answer any more.
    others = [found for found in ANY_NUMBER.findall(without_scale) if not found.isdigit()]
    if others or len(numbers) > 1:
        return None
    if numbers:
        return (
            numbers.pop() if len(ANY_NUMBER.findall(without_scale)) == 1 or _repeats(without_scale) else None
        )
    return _number_in_words(without_scale)


def _repeats(text: str) -> bool:
    return len(set(ANY_NUMBER.findall(text))) == 1


def _number_in_words(text: str) -> int | None:
    words = re.findall(r"[^\W\d_]+", text)
    found = set()
    for place, word in enumerate(words):
        if word not in WORDS:
            continue
        announced = place > 0 and words[place - 1] in ANNOUNCES
        if word not in AMBIGUOUS or len(words) == 1 or announced:
            found.add(WORDS[word])
    return found.pop() if len(found) == 1 else None


def choice_in(text: str, choices: Sequence[Choice]) -> str | None:
    """Return the value of the choice a reply means: named in words, or by its number."""
    tidied = tidy(text)
    for choice in choices:
        if tidied in {tidy(choice.value), tidy(choice.text)}:
            return choice.value
    number = number_in(text)
    by_number = {
        int(tidy(choice.value)): choice.value for choice in choices if tidy(choice.value).isdecimal()
    }
    if by_number:
        return by_number.get(number) if number is not None else None
    # Choices that are words are counted from one, as they were listed.
    if number is not None and 1 <= number <= len(choices):
        return choices[number - 1].value
    return None


def asks_to_stop(text: str, extra: str = "") -> bool:
    """Tell whether a reply withdraws consent: one of the usual words, alone or with the usual 11."""
    tidied = tidy(text).strip(" .!؟?،")
    words = STOP_WORDS | {tidy(word) for word in extra.split(",") if word.strip()}
    return tidied.replace(" ", "") in words or tidied in words
