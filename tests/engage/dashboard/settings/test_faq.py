"""The shop's questions and answers behind the gear: an owner writes and tries them, and lets them go by themselves."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.business.queries import fresh_business
from crm.dialogue.models import FaqEntry
from crm.leaving.models import Sign
from tests import cast

pytestmark = pytest.mark.django_db

ENTRY = {
    "question": "When are you open?",
    "phrasings": "Opening hours\n\n  Are you open on Sunday? \n",
    "answer": "Tuesday to Saturday.",
    "language": "en",
}


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def add(client: Client, **more: str):
    return client.post(reverse("new_faq_entry"), ENTRY | more)


def page(client: Client, **query: str) -> str:
    return client.get(reverse("settings_faq"), query).content.decode()


def test_an_empty_list_says_how_to_begin(olga):
    assert "is a good beginning" in page(olga)


def test_a_question_is_added_with_its_ways_to_ask(olga):
    assert add(olga, automatic="on").status_code == 302
    entry = FaqEntry.objects.get()
    assert (entry.phrasings, entry.automatic) == ("Opening hours\nAre you open on Sunday?", True)
    shown = page(olga)
    assert "When are you open?" in shown and "may go by itself" in shown


def test_one_tries_what_is_recognised(olga):
    add(olga)
    assert "sure" in page(olga, **{"try": "what are your opening hours"})
    assert "A colleague answers" in page(olga, **{"try": "it arrived stale"})
    assert "<script>" not in page(olga, **{"try": "<script>open hours</script>\x00"})


def test_ticked_it_becomes_a_sign_and_unticked_no_more(olga):
    add(olga, question="How do I stop my subscription?", leaving="on")
    entry = FaqEntry.objects.get()
    assert list(Sign.objects.values_list("kind", "ref", "label")) == [("faq", str(entry.uid), entry.question)]
    assert "checked" in olga.get(reverse("faq_entry", args=[entry.uid])).content.decode()
    olga.post(reverse("faq_entry", args=[entry.uid]), ENTRY)
    assert not Sign.objects.exists()


def test_removed_it_is_no_sign_either(olga):
    add(olga, leaving="on")
    olga.post(reverse("drop_faq", args=[FaqEntry.objects.get().uid]))
    assert not FaqEntry.objects.exists() and not Sign.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("question", "", "required"),
        ("question", "who are you", "nothing would recognise it"),
        ("phrasings", "and the", "nothing would recognise it"),
        ("phrasings", "x" * 201, "under 200"),
        ("phrasings", "\n".join(f"way {n}" for n in range(21)), "enough"),
        ("answer", "", "required"),
        ("language", "tlh", "valid choice"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_stays_written(olga, field, value, words):
    response = add(olga, **{field: value})
    assert response.status_code == 400 and words in response.content.decode()
    assert not FaqEntry.objects.exists()
    assert ENTRY["answer"] in response.content.decode() or field == "answer"


def test_the_owner_lets_them_go_by_themselves_and_takes_it_back(olga):
    olga.post(reverse("switch_faq"), {"on": ""})
    assert fresh_business().answers_by_itself
    olga.post(reverse("switch_faq"))
    assert not fresh_business().answers_by_itself


@pytest.mark.parametrize("who", [cast.max_, cast.ada])
def test_only_an_owner_writes_them(client, who):
    client.force_login(who())
    for name in ("settings_faq", "new_faq_entry"):
        assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse("switch_faq"), {"on": ""}).status_code == 403
    assert add(client).status_code == 403
