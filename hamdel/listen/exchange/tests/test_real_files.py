"""Every survey others have made can be imported, or it is said why not."""

from __future__ import annotations

import json
import random

import pytest

from hamdel.listen.exchange.exporting import as_surveyjs
from hamdel.listen.exchange.reading import Unreadable, read_survey
from hamdel.listen.exchange.tests.folder import surveys
from hamdel.listen.surveys.definition import check_definition, read_definition
from hamdel.listen.surveys.models import Survey

# Deliberately broken: no JSON at all.
BROKEN = {"prometheusresearch__rios.conversion__bad_json.qsf"}
# They hold no question, and the draft says so.
WITHOUT_QUESTIONS = {
    "compsy__svc-qualtrics-converter__testEmptySurvey.qsf",
    "jack-han-115__limesurvey-cloud__limesurvey_survey_251297_import_group.lss",
}


@pytest.mark.parametrize("file", surveys("qsf", "lss", "surveyjs"))
def test_a_real_file_becomes_a_survey_that_can_be_published(file):
    if file.name in BROKEN:
        with pytest.raises(Unreadable, match=r"(line|سطر) 3"):
            read_survey(file.read_bytes(), file.name)
        return

    reading = read_survey(file.read_bytes(), file.name)

    problems = check_definition(reading.definition)
    assert read_definition(reading.definition).languages == reading.definition["languages"]
    if file.name in WITHOUT_QUESTIONS:
        assert "no_questions" in [remark.what for remark in reading.report.dropped]
        return
    assert problems == []
    assert len(reading.asked) >= 1
    assert reading.format == file.parent.name
    for remark in [*reading.report.changed, *reading.report.dropped]:
        assert "%(" not in str(remark)


@pytest.mark.parametrize("file", surveys("qsf", "lss", "surveyjs"))
def test_a_damaged_file_is_refused_in_words_or_read(file):
    """Broken off, bytes changed, parts doubled: never anything but a reading or Unreadable."""
    chance, content = random.Random(file.name), file.read_bytes()
    for _turn in range(12):
        place = chance.randrange(len(content))
        hurt = bytearray(content)
        match chance.randrange(4):
            case 0:
                del hurt[place:]
            case 1:
                hurt[place : place + 8] = chance.randbytes(8)
            case 2:
                del hurt[place : place + chance.randrange(200)]
            case 3:
                hurt[place:place] = hurt[place // 2 : place // 2 + 100]
        try:
            reading = read_survey(bytes(hurt), file.name)
        except Unreadable as refusal:
            assert len(str(refusal)) > 10
        else:
            read_definition(reading.definition)


@pytest.mark.parametrize("file", surveys("qsf", "lss", "surveyjs"))
def test_an_imported_survey_leaves_as_surveyjs_and_comes_back_equal(file):
    if file.name in BROKEN:
        pytest.skip("it holds no survey")
    read = read_survey(file.read_bytes(), file.name)

    left = json.dumps(as_surveyjs(Survey(name=read.name, draft=read.definition, settings=read.settings)))
    again = read_survey(left.encode(), file.name)

    assert again.definition == read.definition
    assert (again.name, again.settings) == (read.name, read.settings)
