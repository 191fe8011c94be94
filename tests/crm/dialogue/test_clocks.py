"""By when a conversation is to be answered and to be done: in the shop's hours, kept as it moves, told of once."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from crm.business.actions import add_holiday, change_role, close_account, close_shop, update_business
from crm.business.hours import week_of, worked
from crm.business.models import Business, User
from crm.business.queries import business, has_teams, working_week
from crm.contacts.actions import erase
from crm.dialogue.actions import (
    block,
    close,
    mark_spam,
    not_spam,
    open_conversation,
    reopen,
    reply,
    say,
    snooze,
    take_answer_back,
    wake_snoozed,
)
from crm.dialogue.actions.clocking import keep_clocks, take_alarms
from crm.dialogue.clocks import Targets, Times, moved, next_alarm
from crm.dialogue.models import Clock, Conversation, Message
from tests import cast
from tests.cast import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVENING = NOON + 5 * HOUR
"""18:00 by London's clock: the shop closes."""


@pytest.fixture(autouse=True)
def targets(db) -> None:
    update_business(by="Olga", at=NOON, answer_within=4 * HOUR, settle_within=20 * HOUR)


@pytest.fixture
def team(ada) -> list[User]:
    others = [cast.colleague(name, User.Role.AGENT) for name in ("Ben", "Cleo")]
    update_business(by="Olga", at=NOON)  # forgets what was kept of the team
    return [ada, *others]


def writes(alice, at: datetime = NOON) -> Conversation:
    return say(contact=alice, text="It arrived stale.", channel="site", at=at).conversation


def answers(talk: Conversation, by: User, at: datetime) -> Message:
    seen = Message.objects.filter(conversation=talk).order_by("-id").first()
    return reply(conversation=talk, text="A new bag is on its way.", by=by, at=at, seen=seen.pk if seen else 0)


def clock() -> Clock:
    return Clock.objects.get()


def test_their_first_words_begin_both_clocks_in_the_shops_hours(alice):
    writes(alice)
    assert (clock().answer_soon, clock().answer_due) == (NOON + 3 * HOUR, NOON + 4 * HOUR)
    assert (clock().settle_soon, clock().settle_due) == (NOON + 2 * DAY - 3 * HOUR, NOON + 2 * DAY + 2 * HOUR)
    assert (clock().soon, clock().due) == (clock().answer_soon, clock().answer_due)


def test_further_words_of_theirs_do_not_begin_it_anew(alice):
    writes(alice)
    writes(alice, NOON + HOUR)
    assert clock().answer_due == NOON + 4 * HOUR


def test_our_answer_ends_the_one_and_stops_the_other_and_theirs_begins_them_again(alice, ada):
    answers(writes(alice), ada, NOON + 2 * HOUR)
    assert (clock().answer_due, clock().settle_due, clock().settle_left) == (None, None, 18 * HOUR)
    writes(alice, NOON + DAY)
    assert clock().answer_due == NOON + DAY + 4 * HOUR
    assert clock().settle_left == 18 * HOUR and clock().settle_due == NOON + 3 * DAY


def test_an_answer_that_was_taken_back_leaves_them_waiting_since_their_first_word(alice, ada):
    talk = writes(alice)
    answers(talk, ada, NOON + HOUR)
    again = NOON + HOUR + timedelta(minutes=30)
    writes(alice, again), writes(alice, NOON + 2 * HOUR)
    message = answers(talk, ada, NOON + 2 * HOUR)
    assert take_answer_back(message=message, by=ada, at=NOON + 2 * HOUR + timedelta(seconds=9))
    due = NOON + DAY - 4 * HOUR + timedelta(minutes=30)
    assert (clock().owed_since, clock().answer_due) == (again, due), "as if nobody had pressed"
    assert clock().settle_left == 18 * HOUR + timedelta(minutes=30), "the whole stood still while we waited for them"


def test_put_off_nothing_counts_until_it_comes_back(alice, ada):
    snooze(conversation=writes(alice), until=NOON + DAY, by=ada, at=NOON + HOUR)
    assert (clock().due, clock().settle_left) == (None, 19 * HOUR)
    wake_snoozed(at=NOON + DAY)
    assert (clock().answer_due, clock().settle_left) == (NOON + DAY + 4 * HOUR, 19 * HOUR)


@pytest.mark.parametrize("ends", [close, mark_spam])
def test_what_is_over_has_no_clock_and_opened_again_a_new_one(alice, ada, ends):
    talk = writes(alice)
    ends(conversation=talk, by=ada, at=NOON + HOUR)
    assert not Clock.objects.exists()
    (reopen if ends is close else not_spam)(conversation=talk, by=ada, at=NOON + DAY)
    assert (clock().answer_due, clock().settle_left) == (NOON + DAY + 4 * HOUR, 20 * HOUR)


def test_whom_we_do_not_answer_has_no_clock_and_where_we_spoke_first_none_runs(alice, bob, ada):
    block(contact=alice, by=ada, at=NOON)
    writes(alice)
    open_conversation(contact=bob, channel="email", subject="Hello", by=ada, at=NOON)
    assert not Clock.objects.exists()


def test_without_targets_nothing_is_kept_or_asked(alice, ada, django_assert_num_queries):
    writes(alice)
    update_business(by="Olga", at=NOON, answer_within=None, settle_within=None)
    assert keep_clocks(at=NOON) == 1 and not Clock.objects.exists()
    writes(alice, NOON + HOUR)
    assert not Clock.objects.exists()


def test_the_person_erased_it_is_gone(alice):
    writes(alice)
    erase(contact=alice, by="Olga", at=NOON)
    assert not Clock.objects.exists()


def test_when_the_hours_change_what_waits_is_reckoned_anew(alice):
    writes(alice, EVENING - HOUR)
    assert clock().answer_due == EVENING + 15 * HOUR + 3 * HOUR
    add_holiday(day=date(2026, 5, 5), name="Early May", yearly=False, by="Olga", at=NOON)
    assert (keep_clocks(at=EVENING), keep_clocks(at=EVENING)) == (1, 0)
    assert clock().answer_due == EVENING + 15 * HOUR + 3 * HOUR + DAY
    close_shop(until=date(2026, 5, 11), tells=False, by="Olga", at=EVENING)
    keep_clocks(at=EVENING)
    assert clock().answer_due == datetime(2026, 5, 11, 11, tzinfo=UTC)


def test_a_target_set_later_counts_from_then_on_for_who_waits(alice):
    update_business(by="Olga", at=NOON, answer_within=None, settle_within=None)
    writes(alice)
    update_business(by="Olga", at=NOON, answer_within=HOUR)
    assert (keep_clocks(at=NOON + HOUR), keep_clocks(at=NOON + HOUR)) == (1, 0)
    assert (clock().answer_due, clock().settle_due) == (NOON + 2 * HOUR, None)


def test_each_moment_is_told_once_before_and_after(alice, team):
    talk = writes(alice)
    assert take_alarms(at=NOON + 2 * HOUR) == []
    (soon,) = take_alarms(at=NOON + 3 * HOUR)
    assert (soon.conversation, soon.late, take_alarms(at=NOON + 3 * HOUR)) == (talk, False, [])
    (late,) = take_alarms(at=NOON + 4 * HOUR)
    assert (late.late, take_alarms(at=NOON + 5 * HOUR)) == (True, [])


def test_after_a_long_outage_it_is_told_once_that_it_is_late(alice, team):
    writes(alice)
    (alarm,) = take_alarms(at=NOON + 30 * DAY)
    assert alarm.late and take_alarms(at=NOON + 31 * DAY) == []


def test_who_was_answered_in_time_is_not_told_of(alice, team):
    answers(writes(alice), team[0], NOON + HOUR)
    assert take_alarms(at=NOON + 30 * DAY) == []


def test_nobody_is_told_before_there_is_a_third_agent(alice, team):
    cast.olga()
    writes(alice)
    close_account(team[2], by="Olga", at=NOON)
    assert take_alarms(at=NOON + 30 * DAY) == []
    change_role(cast.max_(), role=User.Role.AGENT, by="Olga", at=NOON)
    assert len(take_alarms(at=NOON + 30 * DAY)) == 1


def test_many_cost_as_much_as_one(alice, team):
    writes(alice)
    one = _looked_at_and_reckoned(date(2026, 5, 5))
    for n in range(12):
        writes(cast.contact(f"P{n}"))
    assert _looked_at_and_reckoned(date(2026, 5, 6)) == one


def _looked_at_and_reckoned(holiday: date) -> int:
    """The queries of both, after the hours changed."""
    add_holiday(day=holiday, name="Holiday", yearly=False, by="Olga", at=NOON)
    Clock.objects.update(alarm=NOON, told=None)
    business(), working_week(), has_teams()
    with CaptureQueriesContext(connection) as made:
        assert keep_clocks(at=NOON) == len(take_alarms(at=NOON + 30 * DAY)) == Clock.objects.count()
    return len(made)


@pytest.mark.django_db(transaction=True)
def test_two_who_look_at_once_tell_once():
    for name in ("Ada", "Ben", "Cleo"):
        cast.colleague(name, User.Role.AGENT)
    update_business(by="Olga", at=NOON, answer_within=4 * HOUR)
    for n in range(20):
        writes(cast.contact(f"P{n}"))
    told: list[int] = []
    start = Barrier(2)

    def look() -> None:
        start.wait()
        told.extend(alarm.conversation.pk for alarm in take_alarms(at=NOON + DAY))
        connection.close()

    threads = [Thread(target=look) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told += [alarm.conversation.pk for alarm in take_alarms(at=NOON + DAY)]
    assert sorted(told) == sorted(Conversation.objects.values_list("pk", flat=True))


# Whatever the order of moves.

MOVES = st.lists(st.tuples(st.sampled_from(["needs_answer", "waiting", "later"]), st.integers(0, 4000)), max_size=12)
SPANS = st.none() | st.integers(1, 3000).map(lambda minutes: timedelta(minutes=minutes))


@given(MOVES, SPANS, SPANS)
def test_the_time_of_the_whole_is_used_up_by_what_was_worked_in_our_hands_and_nothing_else(moves, answer, settle):
    week, targets = week_of(Business()), Targets(answer, settle)
    times, at, spent, state = Times(), NOON, timedelta(), "waiting"
    for to, minutes in moves:
        came = at + timedelta(minutes=minutes)
        spent += worked(at, came, week) if state == "needs_answer" else timedelta()
        times, at, state = moved(times, to, came, targets, week), came, to
        assert moved(times, to, came + HOUR, targets, week) == times
        assert (times.answer_due is not None) == (to == "needs_answer" and answer is not None)
        assert (times.settle_due is not None) == (to == "needs_answer" and settle is not None)
        if times.answer_soon and times.answer_due:
            assert times.answer_soon <= times.answer_due
        if to != "needs_answer" and settle is not None:
            assert times.settle_left == max(settle - spent, timedelta())
        alarm = next_alarm(times, at, targets)
        assert alarm is None or alarm > at


def test_a_shop_that_is_never_open_owes_nothing_by_the_clock():
    never = week_of(Business(closed_from=NOON, closed_until=date(2126, 1, 1)))
    times = moved(Times(), "needs_answer", NOON, Targets(HOUR, HOUR), never)
    assert (times.answer_due, times.settle_due, next_alarm(times, None, Targets(HOUR, HOUR))) == (None, None, None)
