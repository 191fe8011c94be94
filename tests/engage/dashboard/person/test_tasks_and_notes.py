"""Colleagues note things, and have things to do for people: calls, visits, letters."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from crm.business.actions import update_business
from crm.contacts.actions import erase, merge, undo_merge
from crm.dialogue import actions
from crm.dialogue.models import Note, Task
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def task(alice, ada, due=HOUR, text="Ask about the grinder"):
    now = clock.now()
    return actions.make_task(contact=alice, kind="call", text=text, due=now + due, assignee=ada, by=ada, at=now)


def page_of(client, name, *args, **query) -> str:
    return client.get(reverse(name, args=args), query).content.decode()


def test_a_task_is_due_by_the_clock_of_the_shop(client, ada, alice):
    update_business(by="test", at=cast.NOON, timezone="America/New_York")
    form = {"kind": "visit", "text": "Bring samples", "due": "2026-07-01T10:00", "assignee": ada.uid}
    assert client.post(reverse("new_task", args=[alice.uid]), form).status_code == 302
    made = Task.objects.get()
    assert made.due == datetime(2026, 7, 1, 10, tzinfo=ZoneInfo("America/New_York"))
    assert (made.kind, made.assignee, made.contact) == ("visit", ada, alice)


@pytest.mark.parametrize("due", ["", "soon", "9999-12-31T23:59", "0001-01-01T00:00", "2026-02-30T10:00", "\x00"])
def test_a_due_time_that_is_none_is_said_beside_its_field(client, ada, alice, due):
    form = {"kind": "call", "text": "Ask", "due": due}
    response = client.post(reverse("new_task", args=[alice.uid]), form)
    assert response.status_code == 400 and "errorlist" in response.content.decode()
    assert not Task.objects.exists()


def test_tasks_stand_in_the_inbox_the_most_pressing_first_and_say_when_they_are_late(client, ada, alice):
    task(alice, ada, HOUR, "Later on")
    task(alice, ada, -HOUR, "Long ago")
    page = page_of(client, "tasks")
    assert page.index("Long ago") < page.index("Later on") and page.count("Overdue") == 1


def test_a_task_says_where_it_goes_and_where_it_came_from(client, ada, alice):
    found, now = task(alice, ada), clock.now()
    Task.objects.filter(pk=found.pk).update(escalate_at=now - HOUR, escalate_to=cast.olga())
    assert "Goes to Olga if it is not done" in page_of(client, "tasks")
    actions.escalate_tasks(at=now)
    page = page_of(client, "tasks")
    assert "Was in the hands of Ada until" in page and "In the hands of Olga" in page


def test_mine_are_those_in_my_hands(client, ada, alice):
    task(alice, cast.max_(), text="For Max")
    assert "For Max" in page_of(client, "tasks") and "For Max" not in page_of(client, "tasks", mine=1)


def test_a_task_is_done_with_a_result_that_stands_in_the_timeline(client, ada, alice):
    found = task(alice, ada)
    assert "To do" in page_of(client, "person", alice.uid)
    assert client.post(reverse("finish_task", args=[found.uid]), {"result": " "}).status_code == 400
    client.post(reverse("finish_task", args=[found.uid]), {"result": "She likes it finer now."})
    page = page_of(client, "person", alice.uid, show="staff")
    assert "She likes it finer now." in page and "Done by Ada" in page and "To do" not in page
    assert "Ask about the grinder" not in page_of(client, "tasks")


def test_who_finishes_second_does_not_overwrite_and_done_can_be_taken_back(client, ada, alice):
    found = task(alice, ada)
    for words in ("First", "Second"):
        client.post(reverse("finish_task", args=[found.uid]), {"result": words})
    assert Task.objects.get().result == "First"
    client.post(reverse("reopen_task", args=[found.uid]))
    assert Task.objects.get().done is None and Task.objects.get().result == ""


def test_a_note_stands_in_the_timeline(client, ada, alice):
    assert client.post(reverse("note_person", args=[alice.uid]), {"text": ""}).status_code == 400
    client.post(reverse("note_person", args=[alice.uid]), {"text": "Comes on Saturdays."})
    page = page_of(client, "person", alice.uid)
    assert "Comes on Saturdays." in page and "A note by Ada" in page


def test_notes_and_tasks_go_with_a_merge_and_come_back(client, ada, alice):
    bob = cast.bob()
    actions.write_note(contact=bob, text="His", by=ada, at=cast.NOON)
    task(bob, ada)
    joined = merge(survivor=alice, absorbed=bob, by="Ada", at=cast.NOON)
    assert Note.objects.get().contact == alice and Task.objects.get().contact == alice
    undo_merge(joined, by="Ada", at=cast.NOON)
    assert Note.objects.get().contact == bob and Task.objects.get().contact == bob


def test_notes_and_tasks_are_erased_with_their_person(ada, alice):
    actions.write_note(contact=alice, text="Hers", by=ada, at=cast.NOON)
    task(alice, ada)
    erase(contact=alice, by="Olga", at=cast.NOON)
    assert not Note.objects.exists() and not Task.objects.exists()


def test_the_list_costs_the_same_for_many_tasks(client, ada, alice):
    task(alice, ada)
    few = queries_of(client, reverse("tasks"))
    for _ in range(5):
        task(alice, cast.colleague(f"Colleague{_}", "agent"))
    assert queries_of(client, reverse("tasks")) == few
