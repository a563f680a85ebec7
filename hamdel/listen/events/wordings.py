"""How the reasons are said why an event or a row was refused. One that stands nowhere here is shown as it was written."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FOUND = r"['\"]?(?P<found>.*?)['\"]?"

# The first pattern that matches the whole reason counts; its named groups fill `%(name)s`.
WORDINGS: tuple[tuple[str, Promise], ...] = (
    # Of events; they arise in `calls.py`.
    (
        r"type must be one of .*",
        _("The event has no type that is known: track, identify, page, screen, group or alias."),
    ),
    (
        r"track needs the name of the event in `event`\.",
        _("The event does not say what happened; fill in “event”."),
    ),
    (r"The name of an event may have \d+ characters\.", _("The name of the event is too long.")),
    (r"(?P<name>\w+) must be text or a number\.", _("%(name)s must be text or a number.")),
    (r"(?P<name>\w+) may have \d+ characters\.", _("%(name)s is too long.")),
    (r"(?P<name>\w+) must be an object\.", _("%(name)s must be an object of names and values.")),
    (r"alias needs userId and previousId\.", _("alias needs both userId and previousId.")),
    (
        r"An event needs userId, anonymousId, .*",
        _("Nothing says whom it is about: fill in userId, anonymousId, an e-mail or a phone."),
    ),
    (
        r"timestamp must be an ISO 8601 moment .*",
        _("The time cannot be read; write it as 2026-11-23T08:30:00Z."),
    ),
    (r"An event must be a JSON object\.", _("An event is a JSON object; this is something else.")),
    (r"The event is (nested )?too deep.*", _("The event is nested too deeply.")),
    (r"An event may have \d+ bytes; .*", _("The event is too large.")),
    # Of files and their rows; they arise in `listen/sources`: `values.py`, `mapping.py`, `moments.py`, `files/`, `remaking.py`.
    (rf"{FOUND} is not a number", _("“%(found)s” is not a number.")),
    (rf"{FOUND} is not a finite number", _("“%(found)s” is not a number.")),
    (rf"{FOUND} is not a date", _("“%(found)s” is not a date.")),
    (
        rf"{FOUND} is not a day of the Gregorian calendar",
        _("“%(found)s” is no day of the Gregorian calendar."),
    ),
    (rf"{FOUND} is not a day of the Jalali calendar", _("“%(found)s” is no day of the Jalali calendar.")),
    (rf"{FOUND} is not a count of seconds", _("“%(found)s” is not a count of seconds.")),
    (rf"{FOUND} does not have the form (?P<form>.*)", _("“%(found)s” is not a date of the form %(form)s.")),
    (
        r"(?P<cells>\d+) cells where the header has (?P<columns>\d+)",
        _("The row has %(cells)s cells, the first line names %(columns)s columns."),
    ),
    (
        r"bytes that are not of the file's encoding",
        _("The row has letters of another encoding; save the file as UTF-8."),
    ),
    (r"nothing says which customer this is about", _("Nothing says which customer this is about.")),
    (r"the event has no (?P<what>\w+)", _("The row has no %(what)s.")),
    (r"the score is empty", _("The score is empty.")),
    (
        r"score (?P<score>.*) is outside of (?P<low>.*)–(?P<high>.*)",
        _("The score %(score)s is outside of the scale, %(low)s to %(high)s."),
    ),
    (r"not JSON: .*", _("The line is not JSON.")),
    (r"not a JSON object", _("The line is not a JSON object.")),
    (
        r"the import this row came with is not known any more; .*",
        _("The import this row came with is not known any more; import the file again."),
    ),
    (r"a row is a JSON object: .*", _("A row is a JSON object: the name of each column with its value.")),
    (
        r"this row is part of a group; .*",
        _("This row is part of a group; mend it in the file and import that again."),
    ),
    (r"the mapping leaves this row out", _("The mapping leaves this row out.")),
    (
        r"line (?P<line>\d+) is longer than .* characters",
        _("Line %(line)s is so long that it can be no row; look at the file there."),
    ),
    (r"the file is empty: .*", _("The file is empty: its first line must name the columns.")),
    (r"not a Parquet file: .*", _("This is not a Parquet file.")),
    (r"the Parquet file is broken: .*", _("The Parquet file is broken; write it again.")),
    (r"the gzip stream is broken: .*", _("The compressed file is broken; pack it again.")),
    (
        r"the (gzip stream|spreadsheet) unpacks to .*",
        _("The file unpacks to absurdly much more than it is; it is not read."),
    ),
    (r"the spreadsheet .*", _("The spreadsheet cannot be read; save it as CSV (UTF-8) and try again.")),
    (r"the workbook has no sheet with rows", _("The workbook has no sheet with rows.")),
    (
        r"the file has (?P<columns>[\d,]+) columns; .*",
        _("The file has %(columns)s columns, more than can be read."),
    ),
)
