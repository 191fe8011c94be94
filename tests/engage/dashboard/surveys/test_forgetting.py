"""Throwing away a survey that nobody ever saw."""

import pytest
from django.urls import reverse

from campaigns.contests.models import Contest
from campaigns.designs.actions import create_design
from campaigns.journeys.actions import create_journey
from campaigns.surveys import actions
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.forgetting import InUse, Seen, forget_draft
from campaigns.surveys.models import Survey
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import made
from tests.campaigns.designs.documents import letter
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, definition, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client):
    client.force_login(cast.max_())


@pytest.fixture
def draft() -> Survey:
    return actions.create(definition=parse(definition(MILK)), key="coffee", by="Max", at=clock.now())


def forget(survey: Survey) -> str:
    return reverse("forget_survey", args=[survey.uid])


def test_a_draft_that_nobody_saw_is_forgotten_once_one_has_read_what_goes_with_it(client, draft):
    assert forget(draft) in said(client.get(reverse("survey", args=[draft.uid])))
    assert "What you wrote for it, 1 question, is gone for good." in said(client.get(forget(draft)))
    assert Survey.objects.exists()
    page = client.post(forget(draft), follow=True)
    assert "was a draft, and is gone." in said(page) and page.redirect_chain == [(reverse("surveys"), 302)]
    assert not Survey.objects.exists()
    assert client.post(forget(draft)).status_code == 404


def test_what_was_published_stays_with_its_answers_also_once_it_is_closed(client):
    survey = published(MILK)
    submit(client, "/s/coffee/", milk=1)
    for state in ("published", "closed"):
        assert forget(survey) not in said(client.get(reverse("survey", args=[survey.uid])))
        for page in (client.get(forget(survey), follow=True), client.post(forget(survey), follow=True)):
            assert "It was published or has answers, so it stays. You can close it." in said(page)
        assert Survey.objects.get(pk=survey.pk).responses.count() == 1, state
        client.post(reverse("close_survey", args=[survey.uid]))


def test_what_was_published_while_the_question_stood_open_stays(client, draft):
    client.get(forget(draft))
    stale = Survey.objects.get()
    actions.publish(survey=draft, by="Ada", at=clock.now())
    with pytest.raises(Seen):
        forget_draft(stale)
    assert Survey.objects.exists()


@pytest.mark.parametrize("name", ["the contest “Summer tables”", "the journey “Milk first”", "the design “News”"])
def test_what_something_else_speaks_of_stays_and_is_told_why(client, draft, name):
    by, at = "Max", clock.now()
    if "contest" in name:
        draft = made().survey
    elif "journey" in name:
        asks = {"steps": [{"send": {"body": "Hello,\n\n{% question coffee %}"}}]}
        create_journey(name="Milk first", draft=asks, by=by, at=at)
    else:
        contents = {"en": letter(text="Hello,\n\n{% question coffee %}")}
        create_design(kind="letter", name="News", language="en", contents=contents, by=by, at=at)
    asked = said(client.get(forget(draft)))
    assert name in asked and "Forget it" not in asked
    assert f"Kept, because this depends on it: {name}." in said(client.post(forget(draft), follow=True))
    with pytest.raises(InUse):
        forget_draft(draft)
    assert Survey.objects.filter(pk=draft.pk).exists() and Contest.objects.count() == ("contest" in name)


def test_what_speaks_of_another_survey_with_a_name_much_like_it_keeps_nothing(client, draft):
    asks = {"trigger": {"property": "survey", "op": "is", "value": "coffee_cups"}, "text": "{% question coffee_cups %}"}
    create_journey(name="Cups", draft=asks, by="Max", at=clock.now())
    client.post(forget(draft))
    assert not Survey.objects.exists()


def test_a_journey_that_goes_by_its_answers_or_was_filled_in_with_it_keeps_it(draft):
    rule = {"property": "survey", "op": "is", "value": "coffee"}
    create_journey(name="By answer", draft={"trigger": {"rule": rule}}, by="Max", at=clock.now())
    create_journey(name="By form", draft={}, fields={"question": "coffee"}, by="Max", at=clock.now())
    with pytest.raises(InUse) as refused:
        forget_draft(draft)
    assert refused.value.used_by == ["the journey “By answer”", "the journey “By form”"]


def test_who_may_not_edit_it_may_not_forget_it(client, draft):
    client.force_login(cast.ada())
    assert client.get(forget(draft)).status_code == 403 == client.post(forget(draft)).status_code
    assert Survey.objects.exists()
