"""Where the customers live, and who brings their parcels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """A part of the country served by one courier. Cities carry their share of the region's customers."""

    key: str
    name: str
    courier: str
    share: float
    promised_days: int
    cities: tuple[tuple[str, float], ...]


REGIONS = (
    Region("tehran", "تهران", "پیک شهری ترنج", 0.34, 2, (("تهران", 0.86), ("ری", 0.06), ("اسلام‌شهر", 0.08))),
    Region("center", "مرکز", "رهسپار مرکز", 0.20, 3,
           (("اصفهان", 0.36), ("کرج", 0.30), ("قم", 0.14), ("یزد", 0.10), ("کاشان", 0.10))),
    Region("north", "شمال", "باد صبا", 0.12, 3, (("رشت", 0.36), ("ساری", 0.24), ("گرگان", 0.2), ("بابل", 0.2))),
    Region("south", "جنوب", "پیک جنوب", 0.13, 4,
           (("شیراز", 0.44), ("اهواز", 0.26), ("بندرعباس", 0.14), ("بوشهر", 0.08), ("کرمان", 0.08))),
    Region("west", "غرب", "زاگرس‌بار", 0.12, 4,
           (("تبریز", 0.40), ("ارومیه", 0.18), ("کرمانشاه", 0.18), ("همدان", 0.14), ("سنندج", 0.10))),
    Region("east", "شرق", "خورشید شرق", 0.09, 4, (("مشهد", 0.76), ("نیشابور", 0.10), ("بیرجند", 0.06), ("زاهدان", 0.08))),
)  # fmt: skip
