"""Whoever shows a ticked sign gets one case: a task for a named colleague, and nothing of ours goes out meanwhile."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.surveys.asked.kinds.kind import Answer
from campaigns.surveys.links import Visitor
from campaigns.surveys.taking.recording import answer as take_answer
from crm.business.hours import after, week_of
from crm.business.queries import business, working_week
from crm.contacts.actions import hold
from crm.dialogue.actions import add_subject, close, keep_faq, say
from crm.dialogue.models import Conversation, Task
from crm.events.actions import accept
from crm.events.models import Event, Inbox
from crm.leaving.actions import Opening, open_by_hand, open_cases, settle, tick, untick
from crm.leaving.models import Case, Kind
from crm.leaving.queries import held_by_case
from crm.preferences.actions import Statement, remember
from engage import listen
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.questions import published, sent_to

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def ask(contact, subject, *, words="How do I stop?", ago=timedelta()):
    say(contact=contact, text=words, channel="site", at=clock.now() - ago, chosen=subject)
    listen.run()


def tagged(contact, *tags, source="journey", ago=timedelta(), kind="observed") -> None:
    at = clock.now() - ago
    hold(contacts=[contact.pk])
    remember(
        [Statement(contact.pk, contact.pk, "tags", list(tags), kind, at, source, source_id=str(at))], at=clock.now()
    )


def tick_tag(tag="may leave") -> None:
    tick(kind=Kind.TAG, ref=tag, label=tag, by="Olga", at=cast.NOON)


def facts(name="Leaving Enquiry") -> list[dict]:
    return list(Event.objects.filter(name=name).values_list("properties", flat=True))


def test_a_ticked_subject_opens_a_case_with_a_task_for_the_named_colleague(case, alice, ada, stopping):
    assert (case.contact, case.kind, case.ref, case.words) == (alice, "subject", stopping.key, "How do I stop?")
    assert case.conversation == Conversation.objects.get()
    assert case.conversation.assignee == case.assignee == ada
    task = Task.objects.get()
    assert (case.task, task.assignee, task.contact, task.due) == (task, ada, alice, case.due)
    assert task.text == "Talk with them before they leave. They wrote about “Stopping my subscription”."


def test_it_is_due_in_two_working_hours_and_recalled_after_one(case, ada):
    week = week_of(business())
    assert (case.due, case.remind) == (after(case.opened, 2 * HOUR, week), after(case.opened, HOUR, week))


def test_a_journey_can_begin_on_it(case):
    listen.run()
    assert facts() == [{"case": str(case.uid), "kind": "subject", "ref": case.ref, "about": "Stopping my subscription"}]
    assert Event.objects.get(name="Leaving Enquiry").history is False


def test_a_ticked_question_of_the_list_opens_one_in_other_words(alice, ada):
    said = {"language": "en", "question": "How do I stop my subscription?", "answer": "Write to us."}
    entry = keep_faq(None, **said, phrasings="Cancel my subscription", by="Olga", at=cast.NOON)
    ask(alice, None, words="How do I stop?")
    tick(kind=Kind.FAQ, ref=str(entry.uid), label=entry.question, by="Olga", at=cast.NOON)
    assert not Case.objects.exists()
    ask(alice, None, words="Please cancel my subscription.")
    case = Case.objects.get()
    assert (case.kind, case.ref, case.words) == ("faq", str(entry.uid), "Please cancel my subscription.")
    assert case.task.text == "Talk with them before they leave. They asked: How do I stop my subscription?"
    assert held_by_case([alice.pk])[alice.pk].asked


def test_a_question_of_the_list_that_is_only_likely_opens_none(alice, ada):
    said = {"language": "en", "question": "How do I stop my subscription?", "answer": "Write to us."}
    entry = keep_faq(None, **said, by="Olga", at=cast.NOON)
    tick(kind=Kind.FAQ, ref=str(entry.uid), label=entry.question, by="Olga", at=cast.NOON)
    ask(alice, None, words="My subscription came twice.")
    assert not Case.objects.exists()


def test_a_subject_that_is_not_ticked_opens_none_but_is_a_fact(alice, ada):
    ask(alice, add_subject(label="Where is my order?", by="Olga", at=cast.NOON))
    assert not Case.objects.exists()
    assert facts("Enquiry Received")[0]["subject"] == "where-is-my-order"


def test_unticked_it_opens_none(alice, ada, stopping):
    untick(kind=Kind.SUBJECT, ref=stopping.key, by="Olga", at=cast.NOON)
    ask(alice, stopping)
    assert not Case.objects.exists()


def test_a_stranger_who_chooses_it_on_the_page_gets_one_too(client, ada, stopping):
    words = {"name": "Eve", "email": "eve@shop.example", "text": "I want to stop.", "subject": stopping.key}
    assert client.post(reverse("talk"), words).status_code == 200
    listen.run()
    assert Case.objects.get().contact.name == "Eve"
    assert Conversation.objects.get().subject == "Stopping my subscription"


def test_asking_again_while_it_is_open_opens_no_second(case, alice, stopping):
    ask(alice, stopping)
    assert (Case.objects.count(), Task.objects.count()) == (1, 1)


def test_asking_again_after_it_was_closed_opens_another(case, alice, ada, stopping):
    settle(case=case, outcome="stayed", why="", by=str(ada), at=clock.now())
    ask(alice, stopping)
    assert Case.objects.count() == 2


def test_the_conversation_may_be_done_and_the_case_stays_open(case, ada):
    close(conversation=case.conversation, by=ada, at=clock.now())
    case.refresh_from_db()
    assert case.closed is None


def test_a_ticked_answer_opens_a_case_and_another_answer_none(alice, bob, ada):
    survey = published()
    tick(kind=Kind.ANSWER, ref="coffee/milk/7", label="Which milk do you take? none", by="Olga", at=cast.NOON)
    answer(survey, alice, "7")
    answer(survey, bob, "1")
    case = Case.objects.get()
    assert (case.contact, case.kind, case.conversation) == (alice, "answer", None)
    assert case.task.text == "Talk with them before they leave. They answered: Which milk do you take? none"


def test_one_of_several_answers_is_enough(alice, ada):
    several = {
        "id": "why",
        "type": "several_of",
        "text": "Why?",
        "choices": [{"no": n, "label": f"w{n}"} for n in (1, 2)],
    }
    survey = published(several)
    tick(kind=Kind.ANSWER, ref="coffee/why/2", label="w2", by="Olga", at=cast.NOON)
    answer(survey, alice, "1", "2", question="why")
    assert Case.objects.get().label == "w2"


def test_the_public_key_cannot_say_that_somebody_answered(alice, ada):
    tick(kind=Kind.ANSWER, ref="coffee/milk/7", label="none", by="Olga", at=cast.NOON)
    tick(kind=Kind.SUBJECT, ref="stop", label="stop", by="Olga", at=cast.NOON)
    said = [
        ("Survey Answered", {"survey": "coffee", "chosen": {"milk": ["7"]}}),
        ("Enquiry Received", {"subject": "stop"}),
    ]
    calls = [{"type": "track", "event": name, "anonymousId": "a", "properties": given} for name, given in said]
    for source in ("site", "write"):
        accept(source=source, call="batch", body=json.dumps({"batch": calls}), events=2)
    listen.run()
    assert Event.objects.filter(name="Survey Answered").exists()
    assert not Case.objects.exists()


@pytest.mark.parametrize("tag", ["may leave", " May Leave "])
def test_a_ticked_tag_opens_a_case_whoever_gave_it(alice, ada, tag):
    tick_tag()
    tagged(alice, "vip", tag)
    assert (Case.objects.get().kind, Case.objects.get().label) == ("tag", "may leave")


def test_a_tag_they_had_already_is_no_news_when_another_is_added(alice, ada):
    tagged(alice, "may leave", ago=3 * HOUR)
    tick_tag()
    tagged(alice, "may leave", "vip")
    assert not Case.objects.exists()


def test_a_tag_that_came_back_is_news(alice, ada):
    tick_tag()
    tagged(alice, "may leave", ago=3 * HOUR)
    settle(case=Case.objects.get(), outcome="stayed", why="", by="Ada", at=clock.now())
    tagged(alice, "vip", ago=2 * HOUR)
    tagged(alice, "may leave", ago=HOUR)
    assert Case.objects.count() == 2


def test_a_tag_below_what_she_said_herself_opens_none(alice, ada):
    tick_tag()
    tagged(alice, "vip", source="survey", kind="stated")
    tagged(alice, "may leave")
    assert not Case.objects.exists()


@pytest.mark.parametrize("history", [{"source": "import"}, {"ago": timedelta(hours=25)}])
def test_tags_of_history_open_none(alice, ada, history):
    tick_tag()
    tagged(alice, "may leave", **history)
    assert not Case.objects.exists()


def test_words_of_history_open_none(alice, ada, stopping):
    ask(alice, stopping, ago=timedelta(hours=25))
    assert Event.objects.get(name="Enquiry Received").history is True
    assert not Case.objects.exists()


def test_a_colleague_opens_one_by_hand_and_not_twice(alice, ada):
    opened = open_by_hand(contact=alice, words="She said that she moves away.", by=ada, at=clock.now())
    assert (opened.kind, opened.words, opened.task.made_by) == ("hand", "She said that she moves away.", "Ada")
    assert open_by_hand(contact=alice, words="", by=ada, at=clock.now()) is None


def test_without_a_named_colleague_it_is_the_owners(alice, stopping):
    cast.max_()
    olga = cast.olga()
    ask(alice, stopping)
    assert Case.objects.get().assignee == olga


def test_a_colleague_who_cannot_sign_in_any_more_is_passed_over(alice, ada, stopping):
    olga = cast.olga()
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)
    ask(alice, stopping)
    assert Case.objects.get().assignee == olga


def test_many_at_once_cost_as_much_as_one(ada):
    people = [cast.contact(f"P{n}") for n in range(12)]
    hold(contacts=[person.pk for person in people])
    openings = [Opening(person.pk, person.pk, "tag", clock.now(), label="may leave") for person in people]
    working_week()
    with CaptureQueriesContext(connection) as one:
        open_cases(openings[:1])
    with CaptureQueriesContext(connection) as many:
        open_cases(openings[1:])
    assert (Case.objects.count(), len(many)) == (12, len(one))
    assert len(one) == 6
    assert Inbox.objects.count() == 12


def test_a_shop_that_ticked_nothing_pays_nothing_for_what_is_no_sign(alice):
    with CaptureQueriesContext(connection) as made:
        tagless = Statement(alice.pk, alice.pk, "milk", "oat", "observed", clock.now(), "journey")
        hold(contacts=[alice.pk])
        remember([tagless], at=clock.now())
    assert not [query for query in made.captured_queries if "crm_leaving" in query["sql"]]


def answer(survey, contact, *chosen, question="milk"):
    given = {question: Answer(", ".join(chosen), chosen, "words")}
    take_answer(
        version=survey.current,
        visitor=Visitor(f"message:{contact.pk}", sent_to(contact)),
        answers=given,
        at=clock.now(),
    )
    listen.run()
