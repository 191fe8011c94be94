"""Anybody may type anybody's address: what a stranger typed changes nothing of her, and nothing that she is shown as
hers, until she confirms it herself."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns.surveys import queries
from campaigns.surveys.models import Response, SignUp
from crm.contacts.actions import merge
from crm.contacts.evidence import evidence
from crm.contacts.models import Consent, Contact
from crm.preferences.models import Preference
from engage import listen
from engage.lib import clock
from engage.maintenance import nightly
from tests import cast
from tests.campaigns.surveys.sign_ups import ADDRESS, PERMISSION, WORDS, ask, link, mails, sign_up_form

pytestmark = pytest.mark.django_db

OAT, COW = 1, 2
HOURS_LATER = timedelta(hours=2)


@pytest.fixture(autouse=True)
def form():
    return sign_up_form()


def remembered() -> set[tuple[str, str]]:
    listen.run()
    found = Preference.objects.filter(state="active", contact__identities__value=ADDRESS)
    return set(found.exclude(contact__identities__proof="").values_list("contact__first_name", "value"))


def proved() -> Contact:
    return Contact.objects.get(identities__value=ADDRESS, identities__proof="link")


@pytest.mark.parametrize("later", [timedelta(minutes=1), HOURS_LATER], ids=["at once", "after hours"])
def test_a_stranger_who_asks_after_her_changes_nothing_of_what_she_confirms(client, later) -> None:
    ask(client, name="Dora", milk=OAT)
    hers = link()
    with time_machine.travel(timezone.now() + later):
        ask(client, name="Dodo", milk=COW)
        page = client.get(hers).content.decode()
        assert "Dora" in page and "oat milk" in page and "Dodo" not in page
        client.post(hers)
        assert proved().first_name == "Dora" and remembered() == {("Dora", "oat milk")}


def test_a_stranger_who_asks_before_her_does_not_answer_for_her(client) -> None:
    ask(client, name="Dodo", milk=COW)
    ask(client, name="Dora", milk=OAT)
    theirs, hers = mails()
    assert "Dora" in client.get(link(hers)).content.decode() and "Dodo" in client.get(link(theirs)).content.decode()
    client.post(link(hers))
    assert proved().first_name == "Dora" and remembered() == {("Dora", "oat milk")}


def test_the_first_that_is_confirmed_settles_the_others(client) -> None:
    ask(client, name="Dora", milk=OAT)
    ask(client, name="Dodo", milk=COW)
    hers, theirs = (link(mail) for mail in mails())
    client.post(hers)
    for answer in (client.get(theirs), client.post(theirs)):
        assert "You are on the list" in answer.content.decode()
    assert Consent.objects.count() == 2 and remembered() == {("Dora", "oat milk")}
    assert client.post(f"{theirs}again/").status_code == 200 and len(mails()) == 2


@pytest.mark.parametrize("milk", [OAT, COW], ids=["with her answers", "with others"])
def test_whom_a_colleague_made_a_part_of_somebody_known_is_not_changed_by_who_asks_again(client, milk) -> None:
    known = cast.contact("Dora Lind", "dora@work.example")
    ask(client, name="Dora", milk=OAT)
    listen.run()
    merge(survivor=known, absorbed=SignUp.objects.get().contact, by="Olga", at=clock.now())
    ask(client, name="Dodo", milk=milk)
    listen.run()
    known.refresh_from_db()
    assert (known.first_name, known.name) == ("Dora", "Dora Lind")
    assert Response.objects.filter(contact=known).count() == 1
    assert list(Preference.objects.filter(contact=known).values_list("value", "state")) == [("oat milk", "active")]


def test_somebody_known_keeps_her_name_and_memory_until_she_confirms(client) -> None:
    known = cast.contact("Dora Lind", ADDRESS)
    ask(client, name="Dodo", milk=COW)
    listen.run()
    known.refresh_from_db()
    assert known.first_name == "Dora" and not Preference.objects.filter(contact=known).exists()
    assert not evidence(known)[0].consent


def test_who_asks_twice_counts_once_and_confirms_once(client, form) -> None:
    ask(client, name="Dora"), ask(client, name="Dora M."), ask(client, name="Dora")
    assert queries.asked(form) == queries.Asked(1, 0)
    client.post(link())
    assert queries.asked(form) == queries.Asked(1, 1) == queries.sign_up_forms()[0][1]


def test_the_same_again_brings_no_second_mail_within_the_hour_and_other_answers_do(client) -> None:
    ask(client, name="Dora"), ask(client, "DORA@shop.example", name="Dora")
    assert len(mails()) == 1
    ask(client, name="Dora M.")
    assert len(mails()) == 2
    ask(client, name="Dora")
    assert len(mails()) == 2


def test_visitors_who_asked_in_vain_are_forgotten_after_a_month_although_she_confirmed(client) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        ask(client, name="Dora")
        hers = link()
        ask(client, name="Dodo", milk=COW)
        client.post(hers)
    nightly()
    assert set(Contact.objects.filter(erased=None, merged_into=None).values_list("first_name", flat=True)) == {"Dora"}
    assert evidence(proved())[0].granted and SignUp.objects.exclude(address="").count() == 1


def test_each_link_confirms_the_words_of_its_own_form(client, form) -> None:
    from tests.campaigns.surveys.questions import republished

    ask(client)
    hers = link()
    republished(form, PERMISSION | {"text": "Yes to everything.", "topics": ["offers"]})
    ask(client)
    assert WORDS in client.get(hers).content.decode()
    client.post(hers)
    assert set(Consent.objects.values_list("words", flat=True)) == {WORDS}
