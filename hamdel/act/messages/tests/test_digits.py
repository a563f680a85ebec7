"""A thumb's reply becomes the score it says, and nothing else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamdel.act.messages.content import Choice
from hamdel.act.messages.digits import PERSIAN_WORDS, asks_to_stop, choice_in, number_in

NPS = tuple(Choice(str(n), str(n)) for n in range(11))


@pytest.mark.parametrize(("text", "number"), [
    ("9", 9), ("۹", 9), ("٩", 9), ("10", 10), ("۱۰", 10), (" ۵ ", 5), ("5 خوب بود", 5), ("نمره ۹", 9), ("نمره‌ی ۹", 9),
    ("پنج", 5), ("پنجم", 5), ("نُه", 9), ("نه", 9), ("نمره نه", 9), ("شیش", 6), ("چار", 4), ("ده", 10), ("صفر", 0), ("9.", 9),
    ("۸!!", 8), ("۷/۱۰", 7), ("7 از 10", 7), ("۷ از ده", 7), ("9 out of 10", 9), ("Ten", 10), ("score: 8", 8), ("۹ ۹", 9),
    ("4.0", 4), ("5️⃣", 5), ("🔟", 10), ("\u200f۹\u200f", 9), ("امتياز من ۸", 8), ("9 👍", 9), ("۰", 0), ("+9", 9),
    ("⭐⭐⭐⭐⭐", 5), ("★ ★ ★", 3), ("۵ ستاره", 5), ("۱۰/۱۰", 10), ("۵/۵", 5), ("«۹»", 9), ("9❤️", 9),
    ("هشت، ممنون", 8), ("سلام ۱۰ میدم", 10), ("9\n", 9), ("۹-", 9),
])  # fmt: skip
def test_a_number_is_read_however_it_is_written(text, number):
    assert number_in(text) == number


@pytest.mark.parametrize("text", [
    "", "خوب بود", "نه ممنون", "نه خوب نبود", "یک بار دیر رسید", "۹ یا ۱۰", "2 نفر بودیم 5 میدم", "۴٫۵", "3.5",
    "هشت و نیم", "هشت‌ونیم", "۷ و نیم", "منفی ۵", "کمتر از ۳", "بیشتر از ۸", "۱۰ نمیدم", "10 نمی‌دهم", "not 10",
    "no one came", "۵ روز دیر آوردید", "سفارش ۳ ساعت دیر رسید", "5 days late", "پنج روز طول کشید", "۹۰٪", "10%", "۴/۵", "٫5",
    "⭐⭐ بد", "؟", "👍", "1403/05/12 آمدند ۹", "یه بار", "ده بار زنگ زدم", "9 8",
])  # fmt: skip
def test_what_says_no_one_number_means_nothing(text):
    assert number_in(text) is None


def test_a_score_outside_the_scale_is_no_choice():
    assert choice_in("۱۱", NPS) is None
    assert choice_in("100", NPS) is None
    assert choice_in("-3", NPS) is None


@pytest.mark.parametrize("text", ["4 از 5", "۴ از ۵", "4/5", "چهار از پنج", "70 of 100"])
def test_a_number_of_another_scale_is_no_score(text):
    assert choice_in(text, NPS) is None
    assert choice_in("9 از 10", tuple(Choice(str(n), str(n)) for n in range(1, 6))) is None


def test_choices_in_words_are_named_or_counted():
    choices = (Choice("yes", "بله"), Choice("no", "خیر"))

    assert choice_in("بله", choices) == "yes"
    assert choice_in("۲", choices) == "no"
    assert choice_in("3", choices) is None


@pytest.mark.parametrize("text", [
    "لغو", "لغو۱۱", "لغو 11", "STOP", "Stop.", "انصراف", "unsubscribe", "لغو 🙏", "«لغو»", "(لغو)", "لغو کن", "لغو کنید لطفا",
    "لغو پیامک", "لغو عضویت", "Stop please", "please stop", "unsubscribe me", "'stop'", "دیگه پیام ندید", "لطفا پیامک نفرستید",
    "به من پیام ندهید", "ارسال نکنید", "don't text me", "no more messages", "remove me please",
])  # fmt: skip
def test_a_wish_to_stop_is_understood(text):
    assert asks_to_stop(text)


@pytest.mark.parametrize("text", [
    "11", "۱۱", "لغو سفارش ۱۲ کجاست", "stop sending late parcels", "9", "", "🙏", "لغو سفارش",
    "سفارشم را لغو کنید", "پیام", "پیامک رسید", "the end was good", "cancel my order", "please", "ارسال کنید", "پیام شما رسید", "no",
])  # fmt: skip
def test_what_only_mentions_it_is_no_wish(text):
    assert not asks_to_stop(text)


def test_an_account_may_have_its_own_word():
    assert asks_to_stop("۱۱", extra="11, خروج")


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    assert choice_in(text, NPS) in {None, *(choice.value for choice in NPS)}


DIGITS = ["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"]
BEFORE = ["", " ", "نمره ", "نمره‌ی ", "امتیاز من ", "سلام ", "\u200f", "score ", "به نظرم "]
AFTER = [
    "",
    " ",
    ".",
    "!",
    " خوب بود",
    " ممنون",
    "\u200f",
    " 🙏",
    " از ۱۰",
    "/10",
    " از ده",
    "\r\n",
    "، مرسی",
]


def test_a_fuzzed_corpus_is_read_without_one_wrong_score():
    """8,000 replies put together as people do: every one read right, none read as another number."""
    chance = random.Random(42)
    wrong, unread = [], []
    for _ in range(8_000):
        number = chance.randint(0, 10)
        if chance.random() < 0.25:
            said = chance.choice(PERSIAN_WORDS[number].split())
            text = chance.choice(["", "نمره ", " "]) + said + chance.choice(["", "!", " ", "."])
        else:
            said = str(number).translate(str.maketrans("0123456789", chance.choice(DIGITS)))
            text = chance.choice(BEFORE) + said + chance.choice(AFTER)
        read = choice_in(text, NPS)
        if read is None:
            unread.append(text)
        elif read != str(number):
            wrong.append(text)

    assert wrong == []
    assert unread == []
