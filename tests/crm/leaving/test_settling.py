"""It is said what came of a case: once as news, corrected as often as it takes, and nothing waits for ever."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from crm.business.actions import update_business
from crm.contacts.actions import erase, merge, undo_merge
from crm.dialogue.models import Outbox, Task
from crm.events.models import Event
from crm.leaving.actions import correct, lapse, open_by_hand, release_freed, settle, take_reminders
from crm.leaving.models import Case
from crm.leaving.queries import tally
from engage import listen, reminders
from engage.lib import clock
from tests.crm.dialogue.messages import waiting_for

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def held(case):
    """A message of a journey that waits because Alice may be leaving."""
    return waiting_for(case.contact, why="leaving")


def tell(case, outcome="stayed", why="A smaller bag.", at=None) -> bool:
    return settle(case=case, outcome=outcome, why=why, by="Ada", at=at or clock.now())


def closed() -> list[dict]:
    listen.run()
    return list(Event.objects.filter(name="Leaving Enquiry Closed").values_list("properties", flat=True))


@pytest.mark.parametrize("outcome", ["stayed", "left", "cannot_tell"])
def test_the_result_is_a_fact_with_its_outcome_and_the_task_is_done(case, outcome):
    assert tell(case, outcome)
    case.refresh_from_db()
    assert (case.outcome, case.why, case.closed_by) == (outcome, "A smaller bag.", "Ada")
    assert [said["outcome"] for said in closed()] == [outcome]
    task = Task.objects.get()
    assert (task.done, task.done_by) == (case.closed, "Ada")
    assert task.result == f"{case.get_outcome_display()}. A smaller bag."


def test_of_two_who_tell_the_first_is_believed(case):
    tell(case)
    assert tell(case, "left", "Gone.") is False
    case.refresh_from_db()
    assert case.outcome == "stayed"
    assert len(closed()) == 1


def test_corrected_it_is_no_news_again(case):
    tell(case)
    correct(case=case, outcome="left", why="Gone after all.", by="Olga", at=clock.now())
    case.refresh_from_db()
    assert (case.outcome, case.closed_by, Task.objects.get().result) == ("left", "Olga", "Left. Gone after all.")
    assert [said["outcome"] for said in closed()] == ["stayed"]


def test_what_waited_falls_due_two_hours_later(case, held):
    at = clock.now()
    tell(case, at=at)
    held.refresh_from_db()
    assert (held.state, held.why, held.until) == ("waiting", "talking_ended", at + 2 * HOUR)
    assert Outbox.objects.get(message=held).due == at + 2 * HOUR


def test_what_waited_is_dropped_if_the_owner_wants_it_so(case, held):
    update_business(by="Olga", at=clock.now(), held_policy="drop")
    tell(case)
    held.refresh_from_db()
    assert (held.state, held.why) == ("withheld", "dropped")


def test_what_waits_for_the_conversation_goes_on_waiting_for_it(case):
    talking = waiting_for(case.contact)
    tell(case)
    talking.refresh_from_db()
    assert (talking.why, talking.until) == ("talking", None)


def test_a_case_of_which_nobody_says_anything_ends_after_a_fortnight(case, held):
    assert lapse(at=case.opened + 14 * DAY - HOUR) == 0
    assert lapse(at=case.opened + 14 * DAY) == 1
    case.refresh_from_db()
    held.refresh_from_db()
    assert (case.outcome, case.why) == ("cannot_tell", "Nobody said within 14 days what came of it.")
    assert held.why == "talking_ended"


def test_nothing_is_freed_while_the_case_is_open(case, held):
    assert release_freed(at=clock.now()) == 0
    held.refresh_from_db()
    assert held.why == "leaving"


def test_of_two_people_who_are_one_the_older_case_goes_on(case, bob, ada):
    younger = open_by_hand(contact=bob, words="", by=ada, at=clock.now() + HOUR)
    merge(survivor=bob, absorbed=case.contact, by="Ada", at=clock.now())
    assert Case.objects.get(closed=None) == case
    assert Case.objects.get(closed=None).contact == bob
    younger.refresh_from_db()
    assert (younger.outcome, younger.why) == ("", "The same person had a case already.")
    assert Task.objects.get(done=None) == case.task
    assert tally(clock.now() - DAY).total == 0


def test_who_turns_out_to_be_two_again_is_held_no_more_without_a_case(case, bob):
    merged = merge(survivor=bob, absorbed=case.contact, by="Ada", at=clock.now())
    his = waiting_for(bob, why="leaving")
    undo_merge(merged, by="Ada", at=clock.now())
    assert Case.objects.get().contact == case.contact
    assert release_freed(at=clock.now()) == 1
    his.refresh_from_db()
    assert his.why == "talking_ended"


def test_erased_with_their_person(case):
    erase(contact=case.contact, by="Olga", at=clock.now())
    assert not Case.objects.exists()
    assert not Task.objects.exists()


def test_the_colleague_is_reminded_once_by_mail_in_words(case, ada, settings):
    assert reminders.send(at=case.remind - timedelta(seconds=1)) == 0
    assert reminders.send(at=case.remind) == 1
    assert reminders.send(at=case.remind + HOUR) == 0
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["ada@team.example"], "Alice Moreau may be leaving")
    assert "How do I stop?" in letter.body
    assert f"{settings.PUBLIC_URL}/leaving/{case.uid}/" in letter.body


def test_two_sweeps_at_once_remind_once(case):
    assert [len(take_reminders(at=case.remind)), len(take_reminders(at=case.remind))] == [1, 0]


def test_nobody_is_reminded_of_what_is_told(case):
    tell(case)
    assert reminders.send(at=case.remind) == 0


def test_the_demo_shop_writes_to_no_colleague(case):
    update_business(by="seed", at=clock.now(), demo=True)
    assert reminders.send(at=case.remind) == 1
    assert mail.outbox == []


def test_a_mail_server_that_is_away_stops_nothing(case, settings):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "localhost", "port": 1, "timeout": 1},
        }
    }
    assert reminders.send(at=case.remind) == 1
    case.refresh_from_db()
    assert case.reminded == case.remind


def results(contact, **counts) -> None:
    for outcome, count in counts.items():
        for _ in range(count):
            now = clock.now()
            Case.objects.create(
                contact=contact, recorded_for=contact, kind="tag", opened=now, due=now, remind=now, closed=now,
                outcome=outcome,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("stayed", "left", "between"),
    [(9, 0, None), (5, 4, None), (10, 0, (72, 100)), (8, 2, (49, 94)), (0, 10, (0, 28)), (50, 50, (40, 60))],
)
def test_how_many_stay_is_said_with_its_interval_or_not_at_all(alice, stayed, left, between):
    results(alice, stayed=stayed, left=left, cannot_tell=3)
    found = tally(clock.now() - DAY)
    assert (found.total, found.known, found.between) == (stayed + left + 3, stayed + left, between)


def test_only_what_was_told_since_counts(alice):
    with time_machine.travel(clock.now() - 100 * DAY):
        results(alice, stayed=2)
    results(alice, left=1)
    assert tally(clock.now() - 90 * DAY).total == 1
