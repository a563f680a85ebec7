"""The pages of forgetting."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django.utils.timezone import now

from hamdel.ground.workspaces.tenancy import inside
from hamdel.know.forgetting.models import Erasure

pytestmark = pytest.mark.usefixtures("analytics_store")


@pytest.fixture
def owner(client, cast):
    client.force_login(cast.owner.user)
    return client


def test_it_is_said_what_would_go_and_nothing_goes_before_one_is_sure(owner, cast):
    address = reverse("forgetting:erasing", args=[cast.customer.id])

    page = owner.get(address)
    refused = owner.post(address)

    assert "میرمحمدصادقی" in page.content.decode()
    assert refused.status_code == 422
    with inside(cast.cafe):
        assert not Erasure.objects.exists()


def test_asking_puts_it_on_the_list_and_wakes_the_job(owner, cast):
    from procrastinate.contrib.django.models import ProcrastinateJob

    answer = owner.post(reverse("forgetting:erasing", args=[cast.customer.id]), {"sure": "1"}, follow=True)

    assert answer.status_code == 200
    assert "در صف" in answer.content.decode()
    with inside(cast.cafe):
        assert Erasure.objects.get().customer_ids == [cast.customer.id]
    assert ProcrastinateJob.objects.filter(task_name="forgetting.forget").exists()


def test_the_job_forgets_and_shreds(owner, cast):
    from hamdel.know.customers.models import Customer
    from hamdel.know.forgetting.erasing import ask_to_erase, erase

    with inside(cast.cafe):
        erasure = ask_to_erase(cast.customer, by=cast.owner, at=now())
    erase(erasure, cast.cafe, at=now())

    with inside(cast.cafe):
        assert not Customer.objects.filter(id=cast.customer.id).exists()
    assert "حذف شد" in owner.get(reverse("forgetting:erasures")).content.decode()


def test_the_list_asks_again_only_while_somebody_waits(owner, cast):
    from hamdel.know.forgetting.erasing import ask_to_erase, erase

    with inside(cast.cafe):
        erasure = ask_to_erase(cast.customer, by=cast.owner, at=now())
    waiting = owner.get(reverse("forgetting:erasures")).content.decode()
    erase(erasure, cast.cafe, at=now())
    done = owner.get(reverse("forgetting:erasures")).content.decode()

    assert "load delay:2s" in waiting
    assert "load delay:2s" not in done


def test_everything_is_handed_out_as_a_file(owner, cast):
    answer = owner.get(reverse("forgetting:everything", args=[cast.customer.id]))

    told = json.loads(answer.content)
    assert told["customer"] == str(cast.customer.id)
    assert told["tables"]["customers.Customer"][0]["email"] == "zahra@example.ir"
    assert "attachment" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["erasing", "everything"])
@pytest.mark.parametrize("person", ["analyst", "agent", "viewer", "outsider"])
def test_only_owners_and_admins_may(client, cast, name, person):
    client.force_login(getattr(cast, person).user)

    answer = client.get(reverse(f"forgetting:{name}", args=[cast.customer.id]))

    assert answer.status_code == (404 if person == "outsider" else 403)
