"""Who may answer, and until when: it holds at once, for everybody, whichever version lies open."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.sweeping import forget_begun
from crm.contacts.actions import erase
from crm.contacts.models import Contact, Identity
from crm.dialogue.models import Message
from crm.events.models import Inbox
from crm.preferences.models import Preference
from engage import listen
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.pages import hidden, submit
from tests.campaigns.surveys.questions import MILK, STARS, published, sent_to, tap
from tests.campaigns.surveys.walking import begins, go, says

pytestmark = pytest.mark.django_db

PAGE = "/s/coffee/"
OAT = {"question": "milk", "choice": 1}


def limit(survey: Survey, **fields: object) -> None:
    set_limits(survey=survey, limits=parse_limits(fields), by="Max", at=clock.now())


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Response.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def in_hours(hours: int) -> str:
    return (clock.now() + timedelta(hours=hours)).isoformat()


WRONG = [
    [],
    {"opens": "tomorrow"},
    {"opens": "2026-05-01T08:00:00"},
    {"opens": "9999-12-31T23:59:59-12:00"},
    {"opens": "2026-05-02T08:00Z", "closes": "2026-05-01T08:00Z"},
    {"most": -1},
    {"most": True},
    {"most": "3"},
    {"once": "twice"},
    {"once": []},
    {"full": "a\x00"},
    {"full": "a\ud800"},
    {"full": "a" * 1001},
    {"quotas": {}},
    {"quotas": [1]},
    {"quotas": [{"question": "milk", "choice": "1", "most": 2}]},
    {"quotas": [{"question": "milk", "choice": 1}]},
]


@pytest.mark.parametrize("raw", WRONG)
def test_what_is_no_limit_is_refused(raw):
    with pytest.raises(BadDefinition):
        parse_limits(raw)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"opens": "2999-05-01T08:00Z"}, "This survey is not open yet"),
        ({"closes": "2001-05-01T08:00Z"}, "This survey is closed"),
        ({"most": 1}, "Thank you, it is full"),
        ({"once": "link"}, "Please open it from our message"),
    ],
)
def test_whoever_is_not_let_in_finds_the_way_to_a_person(client, fields, said):
    survey = published(MILK)
    submit(client, PAGE, milk=1)
    limit(survey, **fields)
    page = client.get(PAGE).content.decode()
    assert said in page and f'<a href="{reverse("talk")}">Write to a person</a>' in page


def test_limits_are_read_as_they_were_written():
    limits = parse_limits({"opens": "2026-05-01T10:00+02:00", "most": 3, "quotas": [{**OAT, "most": 0}], "full": " x "})
    assert parse_limits(limits.to_json()) == limits and limits.to_json()["opens"] == "2026-05-01T08:00:00Z"


def test_before_and_after_a_page_says_when_or_the_owners_words(client, survey, message):
    form = hidden(client.get(tap(message)).content.decode())
    limit(survey, opens=in_hours(2), closes=in_hours(5))
    early = client.get(tap(message))
    assert early.status_code == 403 and says(early, "not open yet", "It opens on")
    limit(survey, opens=in_hours(2), before="From Monday on, with cake.")
    assert says(client.get(PAGE), "with cake")
    limit(survey, closes=in_hours(-1), after="The cake is gone.")
    for late in (client.get(PAGE), client.post(PAGE, {"form": form, "q-milk": 1})):
        assert late.status_code == 410 and says(late, "closed", "The cake is gone.")
    assert states() == {"provisional": 1}
    limit(survey)
    assert says(client.post(PAGE, {"form": form, "q-milk": 1}), "Thank you") and states() == {"final": 1}


def test_all_places_taken_is_said_kindly_and_counted_apart(client, survey):
    form = hidden(client.get(PAGE).content.decode())
    limit(survey, most=1, full="Thirty were enough.")
    submit(client, PAGE, milk=1)
    assert says(client.get(PAGE), "it is full", "Thirty were enough.")
    assert says(client.post(PAGE, {"form": form, "q-milk": 2}), "Thirty were enough.")
    assert says(client.post(PAGE, {"form": form, "q-milk": 2}), "answered before")
    assert states() == {"final": 1, "full": 1} and Inbox.objects.count() == 1
    limit(survey, most=2)
    submit(client, PAGE, milk=2)
    assert states() == {"final": 2, "full": 1} and says(client.get(PAGE), "it is full")


def test_places_of_one_answer_leave_the_others_open_and_are_seen_page_by_page(client):
    survey = published(MILK, begins("order"), STARS)
    go(client, go(client, client.get(PAGE), milk=1), taste=5)
    limit(survey, quotas=[{**OAT, "most": 1}])
    assert says(go(client, client.get(PAGE), milk=1), "it is full")
    go(client, go(client, client.get(PAGE), milk=2), taste=5)
    assert states() == {"final": 2, "full": 1} and survey.places.get().taken == 1
    limit(survey, quotas=[{**OAT, "most": 5}])
    assert survey.places.get().taken == 1
    limit(survey)
    assert not survey.places.exists()


def test_only_a_link_of_ours_leads_in_and_each_person_answers_once(client, survey, message, alice, bob):
    form = hidden(client.get(PAGE).content.decode())
    limit(survey, once="link")
    for page in (client.get(PAGE), client.post(PAGE, {"form": form, "q-milk": 1})):
        assert page.status_code == 403 and says(page, "open it from our message")
    second = sent_to(alice, occurrence="2")
    late = hidden(client.get(tap(second)).content.decode())
    submit(client, tap(message), milk=1)
    assert says(client.get(tap(second)), "answered before")
    assert says(client.post(PAGE, {"form": late, "q-milk": 2}), "answered before")
    submit(client, tap(sent_to(bob)), milk=2)
    final = Response.objects.filter(state="final")
    assert sorted(final.values_list("contact", flat=True)) == sorted([alice.pk, bob.pk])


def test_an_answer_may_be_changed_where_the_owner_allows_it(client, survey, message, alice):
    limit(survey, changes=True, quotas=[{**OAT, "most": 1}, {"question": "milk", "choice": 2, "most": 1}])
    submit(client, tap(message), milk=1)
    before = client.get(tap(message))
    url = re.search(r'href="(/s/coffee/\?t=[^"]*change=1)"', before.content.decode())[1].replace("&amp;", "&")
    page = client.get(url)
    assert says(page, "takes its place") and " checked" not in page.content.decode()
    go(client, page, milk=2)
    assert states() == {"final": 1, "replaced": 1}
    assert dict(survey.places.values_list("key", "taken")) == {"milk/1": 0, "milk/2": 1}
    assert says(go(client, page, milk=1), "answered before")
    assert Response.objects.get(state="final").answers["milk"]["value"] == "soy milk"
    listen.run()
    kept = Preference.objects.filter(contact=alice)
    assert kept.get(state="active").value == "soy milk" and kept.count() == 2
    limit(survey)
    assert says(client.get(url), "answered before") and not says(client.get(url), "Answer again")


def test_a_device_is_marked_by_answering_and_by_nothing_else(client, survey):
    limit(survey, once="device")
    other = hidden(client.get(PAGE).content.decode())
    assert not client.cookies
    assert submit(client, PAGE, milk=1).cookies["engage_answered_" + str(survey.pk)]["httponly"]
    assert says(client.get(PAGE), "answered before")
    assert says(client.post(PAGE, {"form": other, "q-milk": 2}), "answered before")
    limit(survey, once="device", changes=True)
    page = client.get(f"{PAGE}?change=1")
    assert 'value="1" checked' in page.content.decode()
    go(client, page, milk=2)
    assert states() == {"final": 1, "replaced": 1} and says(client.get(PAGE), "Answer again")
    go(client, client.get(f"{PAGE}?change=1"), milk=7)
    assert states() == {"final": 1, "replaced": 2}


def link_of(mail: Message) -> str:
    return re.search(r"https?://[^/\s]+(/s/\S+)", mail.text)[1]


def answered(client, address: str, **answers: object):
    page = client.get(PAGE)
    said = {f"q-{id}": value for id, value in answers.items()}
    return client.post(PAGE, {"form": hidden(page.content.decode()), "own-address": address, **said})


def test_an_address_answers_once_and_only_when_its_link_was_followed(client, survey):
    limit(survey, once="address", most=2)
    assert says(client.get(PAGE), "Your e-mail address")
    assert answered(client, "nobody", milk=1).status_code == 400
    assert says(answered(client, "dora@shop.example", milk=1), "One step is left")
    answered(client, "Dora@shop.example", milk=2)
    assert states() == {"waiting": 2} and not Inbox.objects.exists() and survey.places.get().taken == 0
    first, second = Message.objects.filter(origin="own-answer").order_by("id")
    assert says(client.get(link_of(first)), "oat milk", "Yes, count it") and states() == {"waiting": 2}
    assert says(client.post(link_of(first)), "oat milk") and says(client.post(link_of(first)), "Your answer counts")
    assert says(client.post(link_of(second)), "it counts once") and states() == {"final": 1, "waiting": 1}
    final = Response.objects.get(state="final")
    assert final.address == "" and Identity.objects.get(contact=final.contact, kind="email").proof == "link"
    limit(survey, once="address", most=1)
    limit(survey, once="address", most=2)
    answered(client, "ed@shop.example", milk=1)
    limit(survey, once="address", most=1)
    mail = Message.objects.filter(origin="own-answer").latest("id")
    assert says(client.post(link_of(mail)), "it is full") and states()["full"] == 1
    assert says(client.get(link_of(mail)), "it is full")


def test_what_nobody_confirmed_is_forgotten_with_the_visitor_and_the_address_is_erased(client, survey, alice):
    limit(survey, once="address")
    people = Contact.objects.filter(erased=None).count()
    answered(client, "dora@shop.example", milk=1)
    address = Identity.objects.get(contact=alice, kind="email").value
    answered(client, address, milk=1)
    erase(contact=alice, by="Olga", at=clock.now())
    assert Response.objects.get().address == "dora@shop.example"
    forget_begun(at=clock.now() + timedelta(days=31))
    assert not Response.objects.exists() and Contact.objects.filter(erased=None).count() <= people


def test_a_known_person_answers_once_by_link_and_address_together(client, survey, message, alice):
    limit(survey, once="address")
    submit(client, tap(message), milk=1)
    answered(client, Identity.objects.get(contact=alice, kind="email").value, milk=2)
    assert says(client.post(link_of(Message.objects.get(origin="own-answer"))), "it counts once")
    assert Response.objects.get(state="final").contact == alice


@pytest.mark.parametrize("spoil", ["x", "é", "a.b"])
def test_a_link_that_was_not_made_here_confirms_nothing(client, survey, spoil):
    assert client.post(f"{PAGE}mine/{spoil}/").status_code == 404
    assert client.get("/s/nothing/mine/x/").status_code == 404


def test_the_owner_sets_limits_in_the_shops_time_and_they_hold_at_once(client, survey):
    client.force_login(cast.max_())
    url = reverse("limit_survey", args=[survey.uid])
    said = {
        "opens": "2026-07-01T09:00",
        "once": "device",
        "most": "3",
        "place-milk/1": "2",
        "changes": "on",
        "proof": "attacked",
    }
    assert client.post(url, said).status_code == 302
    survey.refresh_from_db()
    assert survey.limits["opens"] == "2026-07-01T08:00:00Z" and survey.limits["most"] == 3
    assert (
        survey.limits["proof"] == "attacked"
        and survey.limits["quotas"] == [{**OAT, "most": 2}]
        and survey.current.number == 1
    )
    page = client.get(url).content.decode()
    assert 'value="2026-07-01T09:00"' in page and "0 places are taken" in page
    assert "3 answers at most" in client.get(reverse("edit_survey", args=[survey.uid])).content.decode()
    wrong = client.post(url, said | {"closes": "2026-06-01T09:00", "place-milk/1": "many"})
    assert wrong.status_code == 400
    assert client.post(url, said | {"closes": "2026-06-01T09:00"}).status_code == 400
    client.force_login(cast.ada())
    assert client.get(url).status_code == 403


def test_queries_of_a_limited_survey_are_few(client, survey, message, django_assert_max_num_queries):
    limit(survey, once="link", most=9, quotas=[{**OAT, "most": 5}], changes=True)
    with django_assert_max_num_queries(15):
        page = client.get(tap(message))
    with django_assert_max_num_queries(48):
        go(client, page, milk=1)
