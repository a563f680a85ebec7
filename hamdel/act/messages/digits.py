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
    r"(?:از|/|out of|of)\s*(10|5|7|100|ده|پنج)(?![\d.])\s*$|(?<=\d)\s*(?:/|از|out of)\s*(10|5|7|100|ده|پنج)(?!\d)"
)
# With Persian digits a slash is the decimal sign: "۴/۵" is four and a half, or four of five. Nobody can tell.
DECIMAL = re.compile(r"(?<![۰-۹٠-٩])([۰-۹٠-٩])/(?!\1)[۰-۹٠-٩](?![۰-۹٠-٩])")
# "۵ روز دیر شد", "10%": a number of something is no score.
MEASURES = (
    "ثانیه دقیقه ساعت روز هفته ماه سال بار دفعه مرتبه نفر تومن تومان ریال هزار میلیون کیلو گرم درصد "
    "second seconds minute minutes hour hours day days week weeks month months year years time times percent rial toman"
)
UNITS = frozenset(MEASURES.split())
MEASURED = re.compile(rf"\d\s*(?:[%٪]|(?:{'|'.join(MEASURES.split())})(?!\w))|[%٪]\s*\d")
STARS = re.compile("[⭐★🌟✭✮⭑ ]+")
# Half a point, less than so many, minus so many, not that many: no plain number was given.
NOT_PLAIN = re.compile(
    r"و\s*نیم\b|نمی\s*د(?:م|هم)\b|\b(?:منفی|کمتر از|بیشتر از|زیر|بالای|not|minus|less than|more than)\b"
)
KEYCAP = "\u20e3\ufe0f"
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u0640]")
NUMBER = re.compile(r"(?<![\w.٫+-])[+]?(\d{1,4})(?!\d|[.٫]\d)")
NO_FRACTION = re.compile(r"(?<=\d)[.٫]0+(?!\d)")
ANY_NUMBER = re.compile(r"\d+(?:[.٫]\d+)?")
KEYCAPS = {"🔟": "10"}
STOP_WORDS = frozenset(
    ["لغو", "انصراف", "لغو11", "off", "stop", "unsubscribe", "cancel", "stopall", "end", "quit"]
)
# What may stand around such a word without changing what it asks for.
AROUND = (
    "11 کن کنید شود بشه پیام پیامک پیامها پیامکها عضویت اشتراک ارسال دریافت لطفا ممنون مرسی "
    "please me all it now sms message messages this these thanks thank you"
)
BESIDE = frozenset(AROUND.split())
# "Send me nothing any more", as people say it.
STOP_PHRASE = re.compile(
    r"(?:(?:لطفا|دیگه|دیگر|به من|برای من|برام|واسم|من)\s)*(?:هیچ\s)?(?:پیام|پیامک|اس ام اس|اسمس)(?:\s(?:ها|هم))?"
    r"(?:\s(?:دیگه|دیگر|به من|برای من|برام|واسم))*\s(?:ندید|ندین|ندهید|نفرست|نفرستید|نفرستین|ارسال نکن|ارسال نکنید)"
    r"|(?:(?:لطفا|دیگه|دیگر|برام|برای من)\s)*(?:نفرستید|نفرستین|ارسال نکنید)(?:\s(?:لطفا|دیگه|دیگر|ممنون))*"
    r"|(?:please\s)?(?:do not|don t|dont|stop|no more)\s?(?:send|sending|text|texting|message|messages|messaging)?"
    r"(?:\s(?:me|any more|anymore|more|messages|texts|sms|please))*|remove me(?:\splease)?"
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


def number_in(text: str, *, top: int | None = None) -> int | None:
    """Return the one whole number a reply says, None if it says none or several different ones.

    With `top`, the end of the scale, a number on another scale ("4 of 5" where ten is best) is none.
    """
    tidied = tidy(text)
    if NOT_PLAIN.search(tidied) or MEASURED.search(tidied) or DECIMAL.search(text):
        return None
    if tidied and STARS.fullmatch(tidied):
        return len(tidied.replace(" ", ""))
    plain = NO_FRACTION.sub("", tidied)
    scales = {WORDS.get(said) or int(said) for found in SCALE.findall(plain) for said in found if said}
    if top is not None and scales - {top}:
        return None
    without_scale = SCALE.sub(" ", plain)
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
        if word not in WORDS or UNITS & set(words[place + 1 : place + 2]):
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
    by_number = {
        int(tidy(choice.value)): choice.value for choice in choices if tidy(choice.value).isdecimal()
    }
    number = number_in(text, top=max(by_number, default=None))
    if by_number:
        return by_number.get(number) if number is not None else None
    # Choices that are words are counted from one, as they were listed.
    if number is not None and 1 <= number <= len(choices):
        return choices[number - 1].value
    return None


def asks_to_stop(text: str, extra: str = "") -> bool:
    """Tell whether a reply withdraws consent: one of the usual words, or a few that say nothing else."""
    words = re.findall(r"[^\W_]+", tidy(text))
    said, together = " ".join(words), "".join(words)
    own = {"".join(re.findall(r"[^\W_]+", tidy(word))) for word in extra.split(",")} - {""}
    if together in STOP_WORDS | own or STOP_PHRASE.fullmatch(said):
        return True
    rest = [word for word in words if word not in STOP_WORDS]
    return len(rest) < len(words) and all(word in BESIDE for word in rest)
