"""Words for the touchpoints, channels and scores most companies have; a workspace's own are shown as they were sent."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Words = str | Promise

TOUCHPOINTS: dict[str, Words] = {
    "app": gettext_lazy("App"),
    "branch": gettext_lazy("Branch"),
    "call": gettext_lazy("Call"),
    "cancellation": gettext_lazy("Cancellation"),
    "checkout": gettext_lazy("Checkout"),
    "complaint": gettext_lazy("Complaint"),
    "delivery": gettext_lazy("Delivery"),
    "onboarding": gettext_lazy("First steps"),
    "order": gettext_lazy("Order"),
    "payment": gettext_lazy("Payment"),
    "product": gettext_lazy("Product"),
    "purchase": gettext_lazy("Purchase"),
    "registration": gettext_lazy("Registration"),
    "relationship": gettext_lazy("The whole relationship"),
    "renewal": gettext_lazy("Renewal"),
    "return": gettext_lazy("Return of goods"),
    "search": gettext_lazy("Search"),
    "store": gettext_lazy("Store"),
    "support": gettext_lazy("Support"),
    "visit": gettext_lazy("Visit"),
    "website": gettext_lazy("Website"),
}
CHANNELS: dict[str, Words] = {
    "app": gettext_lazy("App"),
    "bale": gettext_lazy("Bale"),
    "branch": gettext_lazy("Branch"),
    "chat": gettext_lazy("Chat"),
    "email": gettext_lazy("E-mail"),
    "eitaa": gettext_lazy("Eitaa"),
    "instagram": gettext_lazy("Instagram"),
    "ivr": gettext_lazy("Phone menu"),
    "kiosk": gettext_lazy("Kiosk"),
    "link": gettext_lazy("Link"),
    "mobile": gettext_lazy("Mobile"),
    "phone": gettext_lazy("Phone"),
    "push": gettext_lazy("Push message"),
    "qr": gettext_lazy("QR code"),
    "rubika": gettext_lazy("Rubika"),
    "server": gettext_lazy("Server"),
    "sms": gettext_lazy("SMS"),
    "telegram": gettext_lazy("Telegram"),
    "ussd": gettext_lazy("USSD code"),
    "web": gettext_lazy("Web"),
    "whatsapp": gettext_lazy("WhatsApp"),
}
METRICS = {"enps": "eNPS", "ces1": "CES 1.0", "ces2": "CES"}


def metric_label(key: str) -> str:
    """Return what people call a score: NPS, CSAT, CES."""
    return METRICS.get(key, key.upper())


def touchpoint_label(value: str) -> str:
    return str(TOUCHPOINTS.get(value.lower(), value)) or _("Not named")


def channel_label(value: str) -> str:
    return str(CHANNELS.get(value.lower(), value)) or _("Not named")


def value_label(dimension: str, value: str) -> str:
    """Write a value of any dimension for the reader."""
    if dimension == "touchpoint":
        return touchpoint_label(value)
    return channel_label(value) if dimension == "channel" else value or _("Not named")
