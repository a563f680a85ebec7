"""How the reasons of files are said; they arise in `values.py`, `mapping.py`, `moments.py`, `files/` and `remaking.py`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hamdel.listen.events.reasons import said_as

FOUND = r"['\"]?(?P<found>.*?)['\"]?"

said_as(rf"{FOUND} is not a number", _("“%(found)s” is not a number."))
said_as(rf"{FOUND} is not a finite number", _("“%(found)s” is not a number."))
said_as(rf"{FOUND} is not a date", _("“%(found)s” is not a date."))
said_as(
    rf"{FOUND} is not a day of the Gregorian calendar", _("“%(found)s” is no day of the Gregorian calendar.")
)
said_as(rf"{FOUND} is not a day of the Jalali calendar", _("“%(found)s” is no day of the Jalali calendar."))
said_as(rf"{FOUND} is not a count of seconds", _("“%(found)s” is not a count of seconds."))
said_as(rf"{FOUND} does not have the form (?P<form>.*)", _("“%(found)s” is not a date of the form %(form)s."))
said_as(
    r"(?P<cells>\d+) cells where the header has (?P<columns>\d+)",
    _("The row has %(cells)s cells, the first line names %(columns)s columns."),
)
said_as(
    r"bytes that are not of the file's encoding",
    _("The row has letters of another encoding; save the file as UTF-8."),
)
said_as(r"nothing says which customer this is about", _("Nothing says which customer this is about."))
said_as(r"the event has no (?P<what>\w+)", _("The row has no %(what)s."))
said_as(r"the score is empty", _("The score is empty."))
said_as(
    r"score (?P<score>.*) is outside of (?P<low>.*)–(?P<high>.*)",
    _("The score %(score)s is outside of the scale, %(low)s to %(high)s."),
)
said_as(r"not JSON: .*", _("The line is not JSON."))
said_as(r"not a JSON object", _("The line is not a JSON object."))
said_as(
    r"the import this row came with is not known any more; .*",
    _("The import this row came with is not known any more; import the file again."),
)
said_as(r"a row is a JSON object: .*", _("A row is a JSON object: the name of each column with its value."))
said_as(
    r"this row is part of a group; .*",
    _("This row is part of a group; mend it in the file and import that again."),
)
said_as(r"the mapping leaves this row out", _("The mapping leaves this row out."))
said_as(
    r"line (?P<line>\d+) is longer than .* characters",
    _("Line %(line)s is so long that it can be no row; look at the file there."),
)
said_as(r"the file is empty: .*", _("The file is empty: its first line must name the columns."))
said_as(r"not a Parquet file: .*", _("This is not a Parquet file."))
said_as(r"the Parquet file is broken: .*", _("The Parquet file is broken; write it again."))
said_as(r"the gzip stream is broken: .*", _("The compressed file is broken; pack it again."))
said_as(
    r"the (gzip stream|spreadsheet) unpacks to .*",
    _("The file unpacks to absurdly much more than it is; it is not read."),
)
said_as(r"the spreadsheet .*", _("The spreadsheet cannot be read; save it as CSV (UTF-8) and try again."))
said_as(r"the workbook has no sheet with rows", _("The workbook has no sheet with rows."))
said_as(
    r"the file has (?P<columns>[\d,]+) columns; .*",
    _("The file has %(columns)s columns, more than can be read."),
)
