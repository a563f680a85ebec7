"""The audit log in the reader's words; what people are called stays as it is."""

import pytest
from django.test import Client
from django.utils import translation

from hamdel.ground.access.deeds import said_actor, said_subject
from hamdel.ground.audit.actions import record
from hamdel.ground.workspaces.tenancy import inside


@pytest.mark.parametrize(("deed", "subject", "fa"), [
    ("survey published", "رضایت, version 2, version 12", "رضایت, version 2، نسخهٔ ۱۲"),
    ("member added", "a@b.ir as viewer", "a@b.ir، با نقش بیننده"),
    ("role changed", "a@b.ir to admin", "a@b.ir، به نقش مدیر سامانه"),
    ("survey created", "a@b.ir as viewer", "a@b.ir as viewer"),
    ("member added", "somebody of an older version", "somebody of an older version"),
])  # fmt: skip
def test_a_subject_is_told_in_the_readers_words(deed, subject, fa):
    with translation.override("fa"):
        assert said_subject(deed, subject) == fa


def test_the_page_names_the_command_line_in_the_readers_language(cast):
    with inside(cast.cafe):
        record("survey closed", workspace=cast.cafe, by=None, subject="x")
    client = Client()
    client.force_login(cast.owner.user)

    page = client.get("/settings/audit/").content.decode()

    assert "خط فرمان" in page
    assert '<option value="command line">خط فرمان</option>' in page
    with translation.override("en"):
        assert said_actor("command line") == "command line"
