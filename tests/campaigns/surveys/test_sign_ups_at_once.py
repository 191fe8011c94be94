"""Confirmations beside each other, beside erasing and beside merging: the first counts, nothing is half done."""

import pytest
from django.test import Client

from campaigns.surveys import queries
from campaigns.surveys.models import SignUp
from crm.contacts.actions import erase, merge
from crm.contacts.evidence import evidence
from crm.contacts.models import Consent, Contact, Identity, Merge
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.pages import hidden
from tests.campaigns.surveys.sign_ups import ADDRESS, ask, link, mails, sign_up_form
from tests.concurrency.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 10


@pytest.fixture(autouse=True)
def form():
    return sign_up_form()


def confirm(statuses: list[int]):
    url = link()
    return lambda: statuses.append(Client().post(url).status_code)


@pytest.mark.parametrize("known", [True, False], ids=["by somebody we know", "by a stranger"])
def test_ten_confirmations_at_once_are_one(client, known):
    if known:
        cast.contact("Dora Lind", ADDRESS)
    ask(client, name="Dora", milk=1)
    statuses: list[int] = []
    assert at_once(*[confirm(statuses)] * TIMES) == []
    assert statuses == [200] * TIMES
    assert Consent.objects.count() == 2 and Merge.objects.count() == known
    assert Identity.objects.filter(kind="email", value=ADDRESS).count() == 1


def test_ten_who_ask_with_one_address_at_once_count_once_and_are_one_mail(client, form):
    forms = [hidden(client.get("/s/letters/").content.decode()) for _ in range(TIMES)]
    posts = [
        lambda form=form: Client().post("/s/letters/", {"form": form, "q-permission": ADDRESS, "q-milk": 1})
        for form in forms
    ]
    assert at_once(*posts) == []
    assert (queries.asked(form).asked, len(mails())) == (1, 1)
    assert not Identity.objects.filter(value=ADDRESS).exclude(proof="").exists()


@pytest.mark.parametrize("round", range(3))
def test_confirmed_while_she_is_erased_nothing_of_her_is_left(client, round):
    known = cast.contact("Dora Lind", ADDRESS)
    ask(client, name="Dora")
    statuses: list[int] = []
    assert at_once(confirm(statuses), lambda: erase(contact=known, by="Olga", at=clock.now())) == []
    assert statuses[0] in (200, 404)
    assert not Identity.objects.filter(value=ADDRESS).exists()
    assert not SignUp.objects.exclude(address="").exists() and not Consent.objects.exists()
    assert set(Contact.objects.values_list("name", flat=True)) == {""}


@pytest.mark.parametrize("round", range(3))
@pytest.mark.parametrize("survivor", ["known", "visitor"])
def test_confirmed_while_a_colleague_merges_them_it_is_one_person_with_one_permission(client, survivor, round):
    known = cast.contact("Dora Lind", ADDRESS)
    ask(client, name="Dora")
    people = {"known": known, "visitor": SignUp.objects.get().contact}
    one = people.pop(survivor)
    statuses: list[int] = []
    raised = at_once(
        confirm(statuses),
        lambda: merge(survivor=one, absorbed=next(iter(people.values())), by="Olga", at=clock.now()),
    )
    assert {type(error).__name__ for error in raised} <= {"CannotMerge"} and statuses == [200]
    (present,) = Contact.objects.filter(merged_into=None)
    assert all(row.granted for row in evidence(present)) and Consent.objects.count() == 2
    assert present.identities.filter(kind="email").count() == 1


@pytest.mark.parametrize("round", range(3))
def test_confirmed_while_she_becomes_a_part_of_somebody_else_the_permission_goes_along(client, alice, round):
    ask(client, name="Dora")
    visitor = SignUp.objects.get().contact
    statuses: list[int] = []
    assert at_once(confirm(statuses), lambda: merge(survivor=alice, absorbed=visitor, by="Olga", at=clock.now())) == []
    assert statuses == [200] and all(row.granted for row in evidence(alice))
    assert alice.identities.get(value=ADDRESS).proof == "link"
