"""Where a survey begins."""

from __future__ import annotations

from django import forms

from hamdel.listen.surveys.ready_made import READY_MADE


class StartForm(forms.Form):
    """Which ready survey to start from."""

    ready_made = forms.ChoiceField(choices=[(key, key) for key in READY_MADE])
