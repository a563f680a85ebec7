from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class LinkForm(forms.Form):
    """For whom a link to results is, and how long it works."""

    name = forms.CharField(label=_("For whom"), max_length=80, required=False)
    days = forms.IntegerField(label=_("Works for how many days"), min_value=1, max_value=365, initial=30)
    shows_texts = forms.BooleanField(label=_("Show what people wrote in their own words"), required=False)
