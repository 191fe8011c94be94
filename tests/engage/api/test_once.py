"""A POST that is sent again does nothing twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from crm.business.actions import create_key
from crm.business.models import KeptAnswer
from crm.contacts.models import Contact
from engage.api.urls import resources
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db

WITHOUT_EFFECT = {("Designs", "preview"), ("Journeys", "try_out")}


def test_the_same_key_gets_the_same_answer(api: Caller) -> None:
    first = api.post("contacts/", {"name": "Alice"}, once="one")
    again = api.post("contacts/", {"name": "Alice"}, once="one")

    assert (again.status_code, again.said) == (first.status_code, first.said)
    assert Contact.objects.count() == 1
    assert api.post("contacts/", {"name": "Alice"}, once="two").said["id"] != first.said["id"]
    assert Contact.objects.count() == 2


def test_with_another_body_or_path_it_is_refused(api: Caller) -> None:
    api.post("contacts/", {"name": "Alice"}, once="one")

    assert errors(api.post("contacts/", {"name": "Bob"}, once="one"), 422)
    assert errors(api.post("products/", {"external_id": "b", "name": "Beans"}, once="one"), 422)
    assert Contact.objects.count() == 1


def test_keys_belong_to_who_calls(api: Caller) -> None:
    other = Caller(create_key(kind="api", name="shop")[1])
    api.post("contacts/", {"name": "Alice"}, once="one")

    assert other.post("contacts/", {"name": "Bob"}, once="one").said["name"] == "Bob"


def test_what_was_refused_may_be_sent_again_corrected(api: Caller) -> None:
    assert errors(api.post("contacts/", {"email": "nonsense"}, once="one"))
    assert not KeptAnswer.objects.exists()
    assert api.post("contacts/", {"email": "alice@shop.example"}, once="one").status_code == 201


@pytest.mark.parametrize("token", ["x" * 101, "with space", "ümlaut"])
def test_a_key_that_cannot_be_kept_is_refused(api: Caller, token: str) -> None:
    assert "Idempotency-Key" in errors(api.post("contacts/", {"name": "Alice"}, once=token))
    assert not Contact.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one(key: str) -> None:
    barrier = threading.Barrier(10)

    def send(_number: int) -> tuple[int, str]:
        try:
            barrier.wait(10)
            response = Caller(key).post("contacts/", {"name": "Alice"}, once="one")
            return response.status_code, response.said["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))

    assert len(answers) == 1
    assert answers.pop()[0] == 201
    assert Contact.objects.count() == 1


def test_every_post_that_has_an_effect_takes_a_key() -> None:
    found = set()
    for pattern in resources:
        view, actions = pattern.callback.cls, pattern.callback.actions
        if "post" in actions:
            handler = getattr(view, actions["post"])
            found.add((view.__name__, actions["post"], getattr(handler, "idempotent", False)))
    assert len(found) > 15
    assert {(view, name) for view, name, idempotent in found if not idempotent} == WITHOUT_EFFECT
