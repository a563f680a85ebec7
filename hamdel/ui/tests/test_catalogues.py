from __future__ import annotations

import gettext

import pytest

from hamdel.ui import catalogues

PO = r"""
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

#. a comment
msgid "Save"
msgstr "ذخیره"

msgctxt "month"
msgid "May"
msgstr "مه"

msgid "%(count)s case"
msgid_plural "%(count)s cases"
msgstr[0] "%(count)s پرونده"
msgstr[1] "%(count)s پرونده"

msgid "Two "
"lines\n"
msgstr ""
"دو «خط»\n"

#, fuzzy
msgid "Perhaps"
msgstr "شاید"

msgid "Not yet"
msgstr ""
"""


def written(tmp_path, text=PO):
    path = tmp_path / "django.po"
    path.write_text(text, "utf-8")
    return path


def test_a_compiled_catalogue_is_read_by_gettext(tmp_path):
    source, target = written(tmp_path), tmp_path / "django.mo"

    catalogues.write(catalogues.read(source), target)

    with target.open("rb") as file:
        book = gettext.GNUTranslations(file)
    assert book.gettext("Save") == "ذخیره"
    assert book.pgettext("month", "May") == "مه"
    assert book.ngettext("%(count)s case", "%(count)s cases", 3) == "%(count)s پرونده"
    assert book.gettext("Two lines\n") == "دو «خط»\n"
    assert book.gettext("Perhaps") == "Perhaps"
    assert book.gettext("Not yet") == "Not yet"


def test_entries_without_a_blank_line_between_them_are_kept_apart(tmp_path):
    source = written(tmp_path, 'msgid "One"\nmsgstr "یک"\nmsgid "Two"\nmsgstr "دو"\n')

    messages = catalogues.read(source)

    assert [(m.key, m.strings) for m in messages] == [("One", ("یک",)), ("Two", ("دو",))]


def test_a_line_that_cannot_be_read_names_its_place(tmp_path):
    source = written(tmp_path, 'msgid "One"\nmsgstr یک\n')

    with pytest.raises(catalogues.CatalogueError, match=r"django\.po:2"):
        catalogues.read(source)


def test_messages_of_a_template_are_found():
    source = """
    {# nothing #}{% translate "Save" %}{% trans "It's new" context "post" %}{{ _("Here") }}
    {% blocktranslate count n=n trimmed %}{{ n }} case{% plural %}{{ n }} cases{% endblocktranslate %}
    {% include "x.html" with label=_("Name") %}
    """

    keys = catalogues.keys_in_template(source)

    assert sorted(keys) == sorted(["Save", "post\x04It's new", "Here", "%(n)s case", "Name"])


def test_messages_of_python_are_found():
    source = '_("A")\nngettext("B", "Bs", n)\npgettext_lazy("c", "C")\nother("D")\n_(variable)\n'

    keys = catalogues.keys_in_python(source)

    assert keys == ["A", "B", "c\x04C"]


def test_every_message_of_the_interface_has_its_persian():
    ours = [line for line in catalogues.check() if "hamdel/ui/" in line]

    assert ours == []
