"""Verbs of what stands on sites and in places: widgets, kiosks, places with a QR code."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from hamdel.ground.access.models import Member, digest, new_secret
from hamdel.ground.audit.actions import record
from hamdel.ground.workspaces.models import Workspace
from hamdel.listen.surveys.models import Survey
from hamdel.listen.widgets.models import Device, Place, Site, Widget
from hamdel.listen.widgets.push import new_vapid_keys

# What a tablet can work out in a moment and a thief of its storage has to repeat for each of the 10,000 PINs.
PIN_ROUNDS = 200_000


@transaction.atomic
def site_of(workspace: Workspace) -> Site:
    """Return what the widgets of a workspace share; made, with its keys, when it is first asked for."""
    found = Site.objects.filter(workspace=workspace).first()
    if found:
        return found
    private, public = new_vapid_keys()
    made = {"push_key": public, "secrets": {"identity": new_secret(), "vapid": private}}
    site, _is_new = Site.objects.get_or_create(workspace=workspace, defaults=made)
    return site


def create_widget(workspace: Workspace, *, name: str, survey: Survey, by: Member, **chosen: Any) -> Widget:
    """Make a widget that nobody sees yet."""
    widget = Widget.objects.create(workspace=workspace, name=name, survey=survey, **chosen)
    record("widget created", workspace=workspace, by=by, subject=name)
    return widget


def put_live(widget: Widget, *, by: Member) -> None:
    """Show the widget from now on; browsers notice within a minute."""
    _change_state(widget, Widget.State.LIVE, "widget put live", by)


def pause(widget: Widget, *, by: Member) -> None:
    """Stop showing the widget."""
    _change_state(widget, Widget.State.PAUSED, "widget paused", by)


def _change_state(widget: Widget, state: Widget.State, deed: str, by: Member) -> None:
    widget.state = state
    widget.save(update_fields=["state"])
    record(deed, workspace=widget.workspace, by=by, subject=widget.name)


def add_device(
    workspace: Workspace, *, name: str, survey: Survey, pin: str, by: Member, **chosen: Any
) -> tuple[Device, str]:
    """Add a kiosk; return it with the secret of its address, which is kept nowhere."""
    secret = new_secret()
    device = Device.objects.create(
        workspace=workspace,
        name=name,
        survey=survey,
        secret_digest=digest(secret),
        pin=hashed_pin(pin),
        **chosen,
    )
    record("kiosk added", workspace=workspace, by=by, subject=name)
    return device, secret


def renew_device(device: Device, *, by: Member) -> str:
    """Give the kiosk a new address and return its secret. The old one no longer opens anything."""
    secret = new_secret()
    device.secret_digest, device.revoked_at = digest(secret), None
    device.save(update_fields=["secret_digest", "revoked_at"])
    record("kiosk given a new address", workspace=device.workspace, by=by, subject=device.name)
    return secret


def revoke_device(device: Device, *, by: Member, at: datetime) -> None:
    """Take no more answers from the kiosk. Those given stay."""
    if device.revoked_at:
        return
    device.revoked_at = at
    device.save(update_fields=["revoked_at"])
    record("kiosk revoked", workspace=device.workspace, by=by, subject=device.name)


def hashed_pin(pin: str) -> str:
    """Return "salt:hash" in base64; the kiosk's script works out the same."""
    salt = secrets.token_bytes(16)
    derived = hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, PIN_ROUNDS, dklen=32)
    return f"{base64.b64encode(salt).decode()}:{base64.b64encode(derived).decode()}"


def add_place(workspace: Workspace, *, name: str, survey: Survey, by: Member, **words: Any) -> Place:
    """Name a spot and give it a QR code of its own. The same name again returns what is there."""
    place, is_new = Place.objects.get_or_create(workspace=workspace, survey=survey, name=name, defaults=words)
    if is_new:
        record("place added", workspace=workspace, by=by, subject=name)
    return place
