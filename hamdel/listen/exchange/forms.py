"""The form that takes surveys from elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_FILES = 20


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; each is checked when it is read."""

    widget = SeveralFiles(attrs={"accept": ".qsf,.lss,.json,application/json,text/xml"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = (list(data) if isinstance(data, list | tuple) else [data]) or [None]
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("Choose at most 20 files at once."))
        return [super(FilesField, self).clean(one, initial) for one in given]


class ImportForm(forms.Form):
    files = FilesField(
        label=_("Files"),
        help_text=_("Qualtrics .qsf, LimeSurvey .lss or SurveyJS .json, up to 8 MB each."),
        allow_empty_file=True,
        error_messages={"required": _("Choose at least one file.")},
    )
