"""Polls in the dashboard: asking, who voted what, ending."""

from dataclasses import replace

import pytest
from django.urls import reverse

from campaigns.polls.models import Poll
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import Once, parse_limits
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.polls.polling import opened
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import sent_to, tap
from tests.engage.dashboard.codes import code
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
ASKED = {"question": "Which cake?", "choices": "Plum\n\nCarrot", "once": "address", "shows": "after"}


@pytest.fixture
def max_(client):
    person = cast.max_()
    client.force_login(person)
    return person


def test_a_poll_is_asked_in_one_form_and_stands_among_polls_only(client, max_):
    assert "Which cake on Sunday?" in said(client.get(reverse("polls")))
    page = client.post(reverse("new_poll"), ASKED | {"closes": "2999-06-01T18:00"}, follow=True)
    poll = Poll.objects.get()
    assert "Nobody has voted yet" in said(page) and f"/poll/{poll.survey.key}/" in said(page)
    assert parse_limits(poll.survey.limits).closes is not None and parse_limits(poll.survey.limits).once is Once.ADDRESS
    assert "Which cake?" in said(client.get(reverse("polls"))) and "Which cake?" not in said(
        client.get(reverse("surveys"))
    )


def test_a_poll_that_was_ended_by_mistake_is_opened_again_with_its_votes(client, max_, alice):
    poll = opened()
    submit(client, tap(sent_to(alice), poll.survey.key, "poll", 2), poll=2)
    client.post(reverse("end_poll", args=[poll.uid]))
    assert "Open again" in said(client.get(reverse("poll_results", args=[poll.uid])))
    page = said(client.post(reverse("open_poll", args=[poll.uid]), follow=True))
    assert "It is open again." in page and "1 vote, 100 %" in page and "End it now" in page
    assert "This poll is over" not in said(client.get(f"/poll/{poll.survey.key}/"))
    client.force_login(cast.ada())
    assert client.post(reverse("open_poll", args=[poll.uid])).status_code == 403


def test_a_poll_whose_end_has_passed_says_so_when_it_is_opened_again(client, max_):
    poll = opened()
    limits = parse_limits(poll.survey.limits)
    set_limits(survey=poll.survey, limits=replace(limits, closes=clock.now()), by="Max", at=clock.now())
    client.post(reverse("end_poll", args=[poll.uid]))
    assert "Its end has passed" in said(client.post(reverse("open_poll", args=[poll.uid]), follow=True))


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": "\u200b"},
        {"choices": "Plum"},
        {"choices": "Plum\nplum"},
        {"choices": "\n".join("abcdefghi")},
        {"once": "any"},
        {"shows": "never"},
        {"closes": "2001-01-01T10:00"},
        {"once": "device", "remember": "cake"},
    ],
)
def test_what_makes_no_sense_comes_back_with_what_was_written(client, max_, wrong):
    page = client.post(reverse("new_poll"), ASKED | wrong)
    assert page.status_code == 400 and not Poll.objects.exists()


def test_who_voted_what_is_seen_and_it_is_ended(client, max_, alice):
    poll = opened()
    submit(client, tap(sent_to(alice), poll.survey.key, "poll", 2), poll=2)
    url = reverse("poll_results", args=[poll.uid])
    page = said(client.get(url))
    assert "1 vote, 100 %" in page and "Alice Moreau" in page and "Plum cake" in page
    few = queries_of(client, url)
    for n in range(3):
        submit(client, tap(sent_to(cast.contact(f"Guest {n}")), poll.survey.key, "poll", 1), poll=1)
    assert queries_of(client, url) == few
    client.post(url, {"shows": "always", "closes": ""})
    assert Poll.objects.get().shows == "always"
    assert "It is over" in said(client.post(reverse("end_poll", args=[poll.uid]), follow=True))
    assert "This poll is over" in said(client.get(f"/poll/{poll.survey.key}/"))
    client.force_login(cast.ada())
    assert client.get(url).status_code == 403 == client.post(reverse("end_poll", args=[poll.uid])).status_code


def test_the_page_of_a_poll_is_a_code_to_be_printed(client, max_):
    poll = opened()
    page = client.get(reverse("poll_results", args=[poll.uid])).content.decode()
    for kind in ("svg", "png"):
        url = reverse("poll_qr", args=[poll.uid, kind])
        assert f'href="{url}" download' in page
        assert client.get(url).content == code(f"/poll/{poll.survey.key}/", kind)
    assert client.get(reverse("poll_qr", args=[poll.uid, "gif"])).status_code == 404
    client.force_login(cast.ada())
    assert client.get(reverse("poll_qr", args=[poll.uid, "svg"])).status_code == 403


@pytest.mark.parametrize("name", ["edit_survey", "survey_texts", "limit_survey", "publish_survey"])
def test_what_a_poll_asks_is_not_changed_as_a_survey_is(client, max_, name):
    poll = opened()
    before = (poll.survey.draft, poll.survey.limits, poll.survey.current_id)
    url = reverse(name, args=[poll.survey.uid])
    changed = {"do": "add:text", "title": "Another", "once": "any", "revision": poll.survey.revision}
    answers = [client.post(url, changed, follow=True)]
    answers += [client.get(url, follow=True)] if name != "publish_survey" else []
    for page in answers:
        assert page.redirect_chain == [(reverse("poll_results", args=[poll.uid]), 302)]
        assert "stays as it was asked" in said(page)
    survey = Poll.objects.get().survey
    assert (survey.draft, survey.limits, survey.current_id) == before and survey.versions.count() == 1
