"""Machines: known by their speed, by how many come from one network, and by a proof of work. People notice nothing."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import time_machine
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Browser, expect

from campaigns.surveys.asked.parse import parse
from campaigns.surveys.filling import spam
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.sweeping import forget_begun
from crm.contacts.models import Contact
from crm.dialogue.models import Message
from crm.events.models import Inbox
from engage.lib import clock, crowds, tokens
from engage.lib.crowds import Crowd
from tests import cast
from tests.campaigns.surveys.pages import hidden, submit
from tests.campaigns.surveys.questions import MILK, STARS, published, tap
from tests.campaigns.surveys.sign_ups import ask, sign_up_form
from tests.campaigns.surveys.walking import begins, says
from tests.engage.dashboard.looking import PHONE, looked_at

pytestmark = pytest.mark.django_db

PAGE = "/s/coffee/"


@pytest.fixture
def watchful():
    with override_settings(SURVEY_WORDS_A_SECOND=0.001):
        yield


def limit(survey: Survey, **fields: object) -> None:
    set_limits(survey=survey, limits=parse_limits(fields), by="Max", at=clock.now())


def test_what_comes_faster_than_anybody_reads_is_kept_apart_until_the_owner_says(client, survey, watchful):
    people = Contact.objects.count()
    for milk in (1, 2, 7):
        assert says(submit(client, PAGE, milk=milk), "looks at it before it counts")
    assert [one.state for one in Response.objects.all()] == ["suspect"] * 3
    assert not Inbox.objects.exists() and Contact.objects.count() == people
    client.force_login(cast.max_())
    url = reverse("suspect_answers", args=[survey.uid])
    assert says(client.get(url), "oat milk", "soy milk") and says(
        client.get(reverse("survey", args=[survey.uid])), "3 ans"
    )
    first, *rest = Response.objects.order_by("id")
    client.post(url, {"do": f"person {first.uid}"})
    client.post(url, {"do": f"person {first.uid}"})
    client.post(url, {"do": "person nonsense"})
    first.refresh_from_db()
    assert first.state == "final" and first.contact_id and Inbox.objects.count() == 1
    limit(survey, most=1)
    client.post(url, {"do": f"person {rest[0].uid}"})
    assert Response.objects.filter(state="suspect").count() == 2
    client.post(url, {"do": "machines", "shown": [str(rest[0].uid), str(first.uid), "x"]})
    assert list(Response.objects.order_by("id")) == [first, rest[1]]
    forget_begun(at=clock.now() + timedelta(days=31))
    assert list(Response.objects.all()) == [first]
    client.force_login(cast.ada())
    assert client.get(url).status_code == 403


def test_nobody_whom_we_know_and_no_sign_up_is_suspected_nor_who_took_the_time(client, survey, message, watchful):
    submit(client, tap(message), milk=1)
    sign_up_form()
    ask(client)
    assert set(Response.objects.values_list("state", flat=True)) == {"final"}
    with override_settings(SURVEY_WORDS_A_SECOND=20):
        published(MILK, begins("order"), STARS, key="pages")
        read = spam.is_too_fast(survey_questions(), began=moment(100), at=moment(101.7))
        assert read is False and spam.is_too_fast(survey_questions(), began=moment(100), at=moment(101.2)) is True


def survey_questions():
    return parse({"title": "t", "questions": [MILK, STARS]}).questions


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_a_flood_from_one_network_is_stopped_before_anything_is_looked_up(client, survey, monkeypatch):
    monkeypatch.setattr(spam, "POSTS", 3)
    last = [client.post(PAGE, {}, REMOTE_ADDR=f"2001:db8::{n}") for n in range(5)]
    assert [one.status_code for one in last] == [404, 404, 404, 429, 429]
    with CaptureQueriesContext(connection) as asked:
        client.post(PAGE, {}, REMOTE_ADDR="2001:db8::9")
    assert not any("surveys_survey" in one["sql"] for one in asked.captured_queries)
    assert client.post(PAGE, {}, REMOTE_ADDR="2001:db8:1::9").status_code == 404


def work(page: str) -> dict[str, str]:
    salt, digest = (re.search(rf'data-{name}="([^"]+)"', page)[1] for name in ("salt", "digest"))
    number = next(n for n in count() if hashlib.sha256(f"{salt}{n}".encode()).hexdigest() == digest)
    return {"form": hidden(page), "proof": hidden(page, "proof"), "proof-number": str(number)}


def page_of(client) -> str:
    return client.get(PAGE).content.decode()


def test_a_proof_of_work_counts_once_for_this_survey_and_not_for_ever(client, survey, message, monkeypatch):
    monkeypatch.setattr(crowds, "HARDEST", 200)
    assert "proof" not in page_of(client)
    limit(survey, proof="on")
    done = work(page_of(client))
    wrong = [done | {"proof-number": said} for said in ("", "x", "999999999", str(int(done["proof-number"]) + 1))]
    wrong += [
        done | {"proof": "x"},
        done | {"proof": tokens.sign("work", f"survey:{survey.pk + 1}", *tokens.read("work", done["proof"])[1:])},
    ]
    for one in wrong:
        assert client.post(PAGE, one | {"q-milk": 1}).status_code == 400
    assert not Response.objects.exists()
    assert says(client.post(PAGE, done | {"q-milk": 1}), "Thank you")
    again = client.post(PAGE, done | {"form": hidden(page_of(client)), "q-milk": 1})
    assert again.status_code == 400 and Response.objects.count() == 1
    with time_machine.travel(clock.now() - timedelta(hours=3)):
        late = work(page_of(client))
    assert client.post(PAGE, late | {"form": hidden(page_of(client)), "q-milk": 1}).status_code == 400
    assert "proof" not in client.get(tap(message)).content.decode()


def test_without_script_a_confirmed_address_is_as_good(client, survey):
    limit(survey, proof="on")
    page = page_of(client)
    assert "<noscript>" in page
    said = {"form": hidden(page), "q-milk": 1, "own-address": "dora@shop.example"}
    assert says(client.post(PAGE, said), "One step is left")
    url = re.search(r"https?://[^/\s]+(/s/\S+)", Message.objects.get(origin="own-answer").text)[1]
    assert says(client.post(url), "oat milk") and Response.objects.get().state == "final"


def test_the_proof_is_asked_by_itself_while_machines_attack_and_only_where_the_owner_said_so(client, survey, watchful):
    limit(survey, proof="attacked")
    assert "proof" not in page_of(client)
    for _ in range(spam.SIGNS + 1):
        form = hidden(page_of(client))
        client.post(PAGE, {"form": form, "website": "http://buy.example"})
    assert "proof" in page_of(client)
    client.force_login(cast.max_())
    assert says(client.get(reverse("limit_survey", args=[survey.uid])), "Machines attack it")
    limit(survey)
    assert "proof" not in page_of(client) and not Response.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_browser_works_it_out_under_the_strict_policy_and_sends(live_server, collected_static, browser: Browser):
    limit(published(), proof="on")
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{live_server.url}{PAGE}")
    page.get_by_label("oat milk").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible(timeout=30_000)
    looked_at(page, "proof-thanks")
    assert said == [] and Response.objects.get().state == "final"
    context.close()


def test_a_crowd_behind_one_address_is_asked_for_work_and_refused_only_far_above(client, survey, monkeypatch):
    monkeypatch.setattr(crowds, "HARDEST", 50)
    monkeypatch.setattr(spam, "ANSWERS", Crowd("survey", free=2, most=5, seconds=600))
    assert [submit(client, PAGE, milk=1).status_code for _ in range(2)] == [200, 200]
    script = client.post(PAGE, {"form": hidden(page_of(client)), "q-milk": 1})
    assert script.status_code == 429 and says(script, "Please press the button once more")
    again = work(script.content.decode())
    assert says(client.post(PAGE, again | {"q-milk": 1}), "Thank you")
    spent = client.post(PAGE, again | {"form": hidden(page_of(client)), "q-milk": 1})
    assert spent.status_code == 429
    for _person in range(2):
        assert says(client.post(PAGE, work(page_of(client)) | {"q-milk": 1}), "Thank you")
    last = client.post(PAGE, work(page_of(client)) | {"q-milk": 1})
    assert last.status_code == 429 and says(last, "again in some minutes")
    assert Response.objects.filter(state="final").count() == 5


def test_in_a_crowd_whoever_has_no_script_confirms_an_address(client, survey, monkeypatch):
    monkeypatch.setattr(spam, "ANSWERS", Crowd("survey", free=1, most=5, seconds=600))
    submit(client, PAGE, milk=1)
    page = page_of(client)
    assert "<noscript>" in page
    said = {"form": hidden(page), "q-milk": 1, "own-address": "dora@shop.example"}
    assert says(client.post(PAGE, said), "One step is left")


def test_whoever_comes_by_a_link_of_ours_belongs_to_no_crowd(client, survey, message, monkeypatch):
    monkeypatch.setattr(spam, "ANSWERS", Crowd("survey", free=1, most=1, seconds=600))
    submit(client, PAGE, milk=1)
    assert submit(client, PAGE, milk=1).status_code == 429
    page = client.get(tap(message)).content.decode()
    assert "proof" not in page and says(client.post(PAGE, {"form": hidden(page), "q-milk": 1}), "Thank you")
