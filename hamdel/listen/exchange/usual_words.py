"""Words that other programs show without writing them into their files, in the languages they are asked for most."""

from __future__ import annotations

YES = {"fa": "بله", "en": "Yes", "nl": "Ja", "de": "Ja", "fr": "Oui", "es": "Sí", "ar": "نعم", "tr": "Evet"}
NO = {"fa": "خیر", "en": "No", "nl": "Nee", "de": "Nein", "fr": "Non", "es": "No", "ar": "لا", "tr": "Hayır"}
OTHER = {"fa": "موردی دیگر", "en": "Other", "nl": "Anders", "de": "Sonstiges", "fr": "Autre", "es": "Otro"}
REFUSED = {
    "fa": "نمی‌خواهم پاسخ دهم",
    "en": "Refuse to answer",
    "de": "Keine Angabe",
    "fr": "Refus de répondre",
}
UNKNOWN = {"fa": "نمی‌دانم", "en": "Don't know", "de": "Ich weiß nicht", "fr": "Ne sait pas"}
NONE = {"fa": "هیچ‌کدام", "en": "None", "nl": "Geen", "de": "Keine", "fr": "Aucun", "es": "Ninguno"}
UNCERTAIN = {"fa": "مطمئن نیستم", "en": "Uncertain", "de": "Unsicher", "fr": "Incertain"}
INCREASE = {"fa": "بیشتر", "en": "Increase", "de": "Zunahme", "fr": "Augmenter"}
SAME = {"fa": "بی‌تغییر", "en": "Same", "de": "Gleich", "fr": "Sans changement"}
DECREASE = {"fa": "کمتر", "en": "Decrease", "de": "Abnahme", "fr": "Diminuer"}
FEMALE = {"fa": "زن", "en": "Female", "de": "Weiblich", "fr": "Féminin"}
MALE = {"fa": "مرد", "en": "Male", "de": "Männlich", "fr": "Masculin"}
COMMENT = {"fa": "توضیح", "en": "Comment", "de": "Kommentar", "fr": "Commentaire"}
