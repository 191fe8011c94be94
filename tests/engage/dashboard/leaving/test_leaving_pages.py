"""People who may be leaving, as staff see them: the list, the person, the task, Home, and the result with one press."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from crm.dialogue.actions import add_subject, say
from crm.dialogue.models import Task
from crm.leaving.actions import open_by_hand, settle, tick
from crm.leaving.models import Case, Kind
from engage import listen
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def asks(contact, *, ago=timedelta()) -> Case:
    subject = add_subject(label="Stopping my subscription", by="Olga", at=cast.NOON)
    tick(kind=Kind.SUBJECT, ref=subject.key, label=subject.label, by="Olga", at=cast.NOON)
    say(contact=contact, text="How do I stop?", channel="site", at=clock.now() - ago, chosen=subject)
    listen.run()
    return Case.objects.get()


def page_of(client: Client, name: str, *args) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def overdue(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(due=clock.now() - HOUR)
    Task.objects.update(due=clock.now() - HOUR)


def test_nobody_may_be_leaving(client, ada):
    page = page_of(client, "leaving")
    assert "Nobody, as far as we know." in page and "Stayed" not in page


def test_the_list_says_what_they_wrote_and_what_is_overdue(client, ada, alice):
    case = asks(alice)
    page = page_of(client, "leaving")
    for words in ("Alice Moreau", "Stopping my subscription", "How do I stop?", "due"):
        assert words in page
    assert "Overdue" not in page
    overdue(case)
    assert "Overdue" in page_of(client, "leaving")


def test_the_task_stands_among_the_tasks_and_leads_to_the_result(client, ada, alice):
    case = asks(alice)
    overdue(case)
    page = page_of(client, "tasks")
    assert "Talk with them before they leave" in page and "Overdue" in page
    answer = client.get(reverse("finish_task", args=[case.task.uid]))
    assert answer.url == reverse("leaving_case", args=[case.uid])
    assert client.post(reverse("finish_task", args=[case.task.uid]), {"result": "x"}).status_code == 302
    assert Task.objects.get().done is None


def test_home_names_them_first(client, ada, alice):
    case = asks(alice)
    assert "1 person may be leaving; talk with them until" in page_of(client, "home")
    overdue(case)
    assert "1 person may be leaving; you wanted to talk with them until" in page_of(client, "home")
    settle(case=case, outcome="left", why="", by="Ada", at=clock.now())
    assert "may be leaving" not in page_of(client, "home")


@pytest.mark.parametrize(("outcome", "label"), [("stayed", "Stayed"), ("left", "Left"), ("cannot_tell", "Cannot tell")])
def test_the_result_is_one_press_on_the_persons_page(client, ada, alice, outcome, label):
    case = asks(alice)
    page = page_of(client, "person", alice.uid)
    assert f'name="outcome" value="{outcome}">{label}' in page
    answer = client.post(reverse("leaving_case", args=[case.uid]), {"outcome": outcome})
    assert answer.url == reverse("person", args=[alice.uid])
    case.refresh_from_db()
    assert (case.outcome, case.closed_by) == (outcome, "Ada")
    page = page_of(client, "person", alice.uid)
    assert "Thought of leaving" in page and label in page and 'name="outcome"' not in page


def test_why_stays_readable_and_can_be_corrected(client, ada, alice):
    case = asks(alice)
    url = reverse("leaving_case", args=[case.uid])
    client.post(url, {"outcome": "stayed", "why": "A smaller bag."})
    assert "A smaller bag." in page_of(client, "leaving_case", case.uid)
    client.post(url, {"outcome": "left", "why": "Gone after all.", "again": "1"})
    case.refresh_from_db()
    assert (case.outcome, case.why) == ("left", "Gone after all.")


def test_a_page_from_before_does_not_change_what_a_colleague_said(client, ada, alice):
    case = asks(alice)
    settle(case=case, outcome="stayed", why="", by="Olga", at=clock.now())
    client.post(reverse("leaving_case", args=[case.uid]), {"outcome": "left"})
    case.refresh_from_db()
    assert (case.outcome, case.closed_by) == ("stayed", "Olga")


@pytest.mark.parametrize(
    "posted", [{}, {"outcome": "eaten"}, {"outcome": "stayed", "why": "x" * 2001}, {"outcome": "\x00"}]
)
def test_what_is_no_result_is_refused_in_words(client, ada, alice, posted):
    case = asks(alice)
    assert client.post(reverse("leaving_case", args=[case.uid]), posted).status_code == 400
    case.refresh_from_db()
    assert case.closed is None


def test_a_colleague_marks_somebody_by_hand(client, ada, alice):
    assert "May be leaving" in page_of(client, "person", alice.uid)
    url = reverse("may_leave", args=[alice.uid])
    assert client.get(url).status_code == 200
    client.post(url, {"words": "She moves away."})
    assert Case.objects.get().words == "She moves away."
    client.post(url, {"words": ""})
    assert Case.objects.count() == 1
    assert url not in page_of(client, "person", alice.uid)


def test_nobody_who_is_gone_is_marked(client, ada, alice):
    type(alice).objects.filter(pk=alice.pk).update(erased=clock.now())
    assert client.post(reverse("may_leave", args=[alice.uid]), {}).status_code == 404


def test_too_few_results_tell_nothing(client, ada, alice):
    case = asks(alice)
    settle(case=case, outcome="stayed", why="", by="Ada", at=clock.now())
    page = page_of(client, "leaving")
    assert "1 person in 90 days" in page
    assert "How many stay cannot be told yet: it takes 10 results." in page


def test_from_ten_results_on_the_share_is_an_interval(client, ada):
    for number in range(10):
        case = open_by_hand(contact=cast.contact(f"P{number}"), words="", by=ada, at=clock.now())
        settle(case=case, outcome="left" if number < 2 else "stayed", why="", by="Ada", at=clock.now())
    assert "between 49 and 94 % stay" in page_of(client, "leaving")


def test_ten_cases_take_as_many_queries_as_one(client, ada):
    open_by_hand(contact=cast.contact("One"), words="", by=ada, at=clock.now())
    one = queries_of(client, reverse("leaving"))
    for number in range(9):
        open_by_hand(contact=cast.contact(f"P{number}"), words="", by=ada, at=clock.now())
    assert queries_of(client, reverse("leaving")) == one


@pytest.mark.parametrize("name", ["leaving", "leaving_case", "may_leave"])
def test_strangers_are_sent_to_sign_in(client, alice, name):
    args = [] if name == "leaving" else [alice.uid]
    assert client.get(reverse(name, args=args)).status_code == 302
    assert client.post(reverse(name, args=args)).status_code in (302, 405)
