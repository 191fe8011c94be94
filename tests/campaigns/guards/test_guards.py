"""The reasons not to send: pure, in one order, each for its classes and each with its sentence."""

import inspect
import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channels import handing, rendering
from campaigns.guards import guards, reasons
from campaigns.guards.facts import ConsentFact, Facts, HeldFact, LeavingFact, Limits
from campaigns.guards.guards import GUARDS, Wait, Withhold, judge, quiet_hours
from campaigns.guards.quiet import quiet_ends

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
LONDON, SAMOA, NEPAL = ZoneInfo("Europe/London"), ZoneInfo("Pacific/Apia"), ZoneInfo("Asia/Kathmandu")
LIMITS = Limits(weekly_cap=2, quiet_from=time(20), quiet_until=time(9))
EVENING, MORNING = time(20), time(9)


def facts(**changes: object) -> Facts:
    given_facts = {
        "klass": "marketing",
        "due": NOW,
        "topic": "News",
        "address": "alice@customer.test",
        "zone": LONDON,
        "limits": LIMITS,
        "consent": ConsentFact(granted=True, at=NOW),
    }
    return Facts(**given_facts | changes)


def test_nothing_stands_against_who_agreed_in_the_middle_of_the_day() -> None:
    assert judge(facts(), NOW) is None


EVERYTHING_AGAINST = {
    "address": "",
    "suppressed": "bounce",
    "consent": None,
    "stopped": True,
    "due": NOW - timedelta(days=4),
    "everything_stopped": True,
    "held": HeldFact(NOW, "Olga", ""),
    "sender_refused": True,
    "warming_until": NOW + timedelta(hours=12),
    "paused_until": NOW + timedelta(days=1),
    "leaving": LeavingFact(NOW, asked=True, who="Ada"),
    "talking_since": NOW,
    "sent_this_week": (NOW, NOW),
    "asks": True,
    "asked": NOW,
    "sold_out": True,
}


@pytest.mark.parametrize("klass", ["conversation", "security", "transactional", "marketing"])
def test_a_final_reason_goes_before_one_that_passes(klass: str) -> None:
    assert judge(facts(**EVERYTHING_AGAINST, klass=klass), NOW) == Withhold("no_address", {"channel": "email"})
    kinds = [type(guard(facts(**EVERYTHING_AGAINST), NOW)) for guard, _ in GUARDS if guard is not quiet_hours]
    assert kinds == [Withhold] * 5 + [Wait] * 9 + [Withhold]


@pytest.mark.parametrize("klass", ["conversation", "security", "transactional"])
def test_only_marketing_heeds_switches_hours_and_limits(klass: str) -> None:
    against = EVERYTHING_AGAINST | {
        "address": "a@b.test",
        "suppressed": "",
        "held": None,
        "sold_out": False,
        "klass": klass,
    }
    midnight = datetime(2026, 5, 5, 0, tzinfo=UTC)
    assert judge(facts(**against), midnight) is None


@pytest.mark.parametrize(
    ("klass", "why"), [("conversation", ""), ("security", ""), ("transactional", "held"), ("marketing", "held")]
)
def test_what_comes_from_an_origin_that_is_held_waits_but_for_answers_and_codes(klass: str, why: str) -> None:
    verdict = judge(facts(held=HeldFact(NOW, "Olga", "Wrong price."), klass=klass), NOW)
    assert (verdict.why if isinstance(verdict, Wait) else "") == why
    if isinstance(verdict, Wait):
        assert reasons.of_verdict(verdict).startswith("Held by Olga since")
        assert reasons.of_verdict(verdict).endswith(": Wrong price.")


def test_security_mail_goes_even_to_the_do_not_write_list() -> None:
    assert judge(facts(suppressed="complaint", klass="security"), NOW) is None
    assert judge(facts(suppressed="complaint", klass="conversation"), NOW) == Withhold(
        "suppressed", {"reason": "complaint", "at": None}
    )


def test_a_limit_of_nothing_lets_nothing_through_and_names_no_time() -> None:
    none = Limits(weekly_cap=0, quiet_from=EVENING, quiet_until=MORNING)
    verdict = judge(facts(limits=none), NOW)
    assert isinstance(verdict, Wait)
    assert verdict.until is None


QUIET = [
    # local wall clock, zone, quiet from, until, when it ends in UTC
    ("2026-05-04 19:59", LONDON, EVENING, MORNING, None),
    ("2026-05-04 20:00", LONDON, EVENING, MORNING, "2026-05-05 08:00"),
    ("2026-05-05 08:59", LONDON, EVENING, MORNING, "2026-05-05 08:00"),
    ("2026-05-05 09:00", LONDON, EVENING, MORNING, None),
    ("2024-02-28 22:00", LONDON, EVENING, MORNING, "2024-02-29 09:00"),
    ("2026-12-31 23:30", LONDON, EVENING, MORNING, "2027-01-01 09:00"),
    ("2026-03-28 22:00", LONDON, EVENING, MORNING, "2026-03-29 08:00"),
    ("2026-10-24 22:00", LONDON, EVENING, MORNING, "2026-10-25 09:00"),
    ("2026-03-29 00:30", LONDON, time(0), time(1, 30), "2026-03-29 01:30"),
    ("2026-05-04 13:00", LONDON, time(12), time(14), "2026-05-04 13:00"),
    ("2026-05-04 14:00", LONDON, time(12), time(14), None),
    ("2026-05-04 12:00", LONDON, time(9), time(9), None),
    ("2026-05-04 21:00", SAMOA, EVENING, MORNING, "2026-05-04 20:00"),
    ("2026-05-04 21:00", NEPAL, EVENING, MORNING, "2026-05-05 03:15"),
]


@pytest.mark.parametrize(("clock", "zone", "start", "end", "ends"), QUIET, ids=[row[0] for row in QUIET])
def test_quiet_hours_end_by_the_local_clock(clock: str, zone: ZoneInfo, start: time, end: time, ends: str) -> None:
    now = datetime.fromisoformat(clock).replace(tzinfo=zone)
    expected = datetime.fromisoformat(ends).replace(tzinfo=UTC) if ends else None
    assert quiet_ends(now, zone, start, end) == expected


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.times(), st.times(), st.sampled_from([LONDON, SAMOA])
)
def test_quiet_hours_always_end_ahead_and_outside_of_themselves(
    moment: datetime, start: time, end: time, zone: ZoneInfo
) -> None:
    now = moment.replace(tzinfo=UTC)
    ends = quiet_ends(now, zone, start, end)
    if ends is not None:
        assert now - timedelta(hours=1) < ends <= now + timedelta(hours=26)


def test_a_second_question_waits_a_fortnight_and_what_asks_nothing_goes() -> None:
    asked = NOW - timedelta(days=13)
    verdict = judge(facts(asks=True, asked=asked), NOW)
    assert verdict == Wait("asked_recently", asked + timedelta(days=14), {"at": asked.isoformat()})
    assert judge(facts(asks=False, asked=asked), NOW) is None
    assert judge(facts(asks=True, asked=NOW - timedelta(days=14)), NOW) is None


def test_the_guard_of_quiet_hours_lets_an_answer_pass_for_a_quarter_of_an_hour() -> None:
    night = datetime(2026, 5, 4, 22, tzinfo=UTC)
    assert judge(facts(due=night, did_something=night - timedelta(minutes=15)), night) is None
    assert isinstance(judge(facts(due=night, did_something=night - timedelta(minutes=16)), night), Wait)


@given(st.lists(st.integers(0, 7 * 24 * 60), max_size=8), st.integers(1, 4))
def test_when_the_cap_frees_a_place_there_is_one(minutes: list[int], cap: int) -> None:
    sent = tuple(NOW - timedelta(minutes=minute) for minute in minutes)
    limits = Limits(cap, EVENING, MORNING)
    verdict = guards.weekly_cap(facts(sent_this_week=sent, limits=limits), NOW)
    if isinstance(verdict, Wait):
        assert verdict.until is not None
        assert guards.weekly_cap(facts(sent_this_week=sent, limits=limits), verdict.until) is None
        earlier = verdict.until - timedelta(seconds=1)
        assert earlier < NOW or guards.weekly_cap(facts(sent_this_week=sent, limits=limits), earlier) is not None


def test_every_code_that_is_written_has_its_sentence() -> None:
    written = set()
    for module in (guards, handing, rendering):
        source = inspect.getsource(module)
        written |= set(re.findall(r'(?:Withhold|Wait)\(\s*"(\w+)"', source))
        written |= {a or b for a, b in re.findall(r'State\.\w+, "(\w+)"|"failed", "(\w+)"', source)}
    assert {"no_consent", "quiet_hours", "refused", "interrupted", "cannot_render"} <= written
    for code in written:
        assert reasons.sentence(state="withheld", why=code, detail={}), code
