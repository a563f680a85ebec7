import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamdel.ground.persian.text import fold, fold_tight, sort_key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("علي", "علی"),
        ("موسى", "موسی"),
        ("كامران", "کامران"),
        ("فاطمة", "فاطمه"),
        ("مسئول", "مسیول"),
        ("مؤمن", "مومن"),
        ("رأفت", "رافت"),
        ("آرش", "ارش"),
        ("علاء", "علا"),
        ("خانهٔ", "خانه"),
        ("خانۀ", "خانه"),
        ("مُحَمَّد", "محمد"),
        ("ســـلام", "سلام"),
        ("علی\u200cرضا", "علیرضا"),
        ("\u202bسارا\u202c", "سارا"),
        ("ﺳﻼﻡ", "سلام"),
        ("۰۹۱۲ ٣٤٥", "0912 345"),
        ("  رضا \t\n احمدی  ", "رضا احمدی"),
        ("Élodie STRASSE", "elodie strasse"),
        ("Straße", "strasse"),
        ("ﷲ", "الله"),
        ("nul\x00l", "null"),
    ],
)
def test_many_ways_of_typing_have_one_key(typed, key):
    assert fold(typed) == key


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_key_does_not_depend_on_how_unicode_was_composed(text):
    keys = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}

    assert keys == {fold(text)}


@given(st.text(alphabet="ابپتثیكي ةی۱٢3\u200c\u0640\u064e", max_size=12), st.text(max_size=5))
def test_key_of_a_part_is_found_in_the_whole(part, rest):
    assert fold(part) in fold(f"{rest} {part}")


@pytest.mark.parametrize("typed", ["علی رضا", "علی\u200cرضا", "علیرضا", "علي\u00a0رضا"])
def test_tight_key_forgets_how_words_were_joined(typed):
    assert fold_tight(typed) == "علیرضا"


def test_names_stand_in_persian_order():
    names = [
        "یاسمن",
        "گلنار",
        "آرش",
        "پریسا",
        "Bahar",
        "کامران",
        "احمد",
        "ژاله",
        "2M",
        "چنگیز",
        "وحید",
        "هما",
    ]

    ordered = sorted(names, key=sort_key)

    assert ordered == [
        "2M",
        "آرش",
        "احمد",
        "پریسا",
        "چنگیز",
        "ژاله",
        "کامران",
        "گلنار",
        "وحید",
        "هما",
        "یاسمن",
        "Bahar",
    ]


def test_shorter_word_comes_before_the_longer():
    assert sorted(["شرکتا", "شرکت نو", "شرکت"], key=sort_key) == ["شرکت", "شرکت نو", "شرکتا"]


@pytest.mark.parametrize("typed", ["علي رضا", "«علی رضا»", "عَلی  رضا!"])
def test_order_ignores_keyboards_and_punctuation(typed):
    assert sort_key(typed) == sort_key("علی رضا")


@given(st.lists(st.text(alphabet="آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی", min_size=1), min_size=2))
def test_byte_order_of_keys_is_alphabetical(words):
    alphabet = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"

    assert sorted(words, key=lambda word: sort_key(word).encode()) == sorted(
        words, key=lambda word: [alphabet.index(letter) for letter in word]
    )
