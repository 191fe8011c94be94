"""Whatever people and belts do, in whatever order: the sums equal the audience, and it is never done too early."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.broadcasts import actions, queueing, releasing, running, withdrawing
from campaigns.broadcasts.models import Broadcast, Turn
from campaigns.broadcasts.standing import causes
from crm.contacts.models import Topic
from crm.dialogue.ledger import sums
from crm.dialogue.models import Message, Outbox
from engage import speak
from engage.lib import sql
from tests.campaigns.broadcasts.hands import BY, LETTER, OTHER, Hands, people

pytestmark = pytest.mark.django_db

State = Broadcast.State
PEOPLE = 12

type Act = Callable[[Broadcast, Hands], object]


def tick(broadcast: Broadcast, hands: Hands) -> None:
    running.step(hands.now)


def say(broadcast: Broadcast, hands: Hands) -> None:
    hands.speak()


def die(broadcast: Broadcast, hands: Hands) -> None:
    """A worker claims a chunk and is killed before it looked at it; its lease is over at once."""
    speak.outbox.claim(speak.ALL_LANES)
    sql.run("UPDATE crm_dialogue_outbox SET lease_until = now() - interval '1 hour' WHERE lease IS NOT NULL")


def wait(broadcast: Broadcast, hands: Hands) -> None:
    hands.later(minutes=20)


def attempt(verb: Callable[..., object], **said: object) -> Act:
    def act(broadcast: Broadcast, hands: Hands) -> None:
        with contextlib.suppress(actions.WrongState):
            verb(broadcast, by=BY, at=hands.now, **said)

    return act


ACTS: dict[str, Act] = {
    "tick": tick,
    "say": say,
    "die": die,
    "wait": wait,
    "start": attempt(actions.start),
    "pause": attempt(actions.pause),
    "resume": attempt(actions.resume),
    "slow": attempt(actions.set_pace, per_hour=6),
    "batches": attempt(actions.set_pace, batch=3, batch_minutes=30),
    "fast": attempt(actions.set_pace),
    "choose": attempt(actions.choose_winner, letter="b"),
}
WEIGHTS = ["tick"] * 6 + ["say"] * 3 + ["wait"] * 2 + [*ACTS]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "SPAN", 5)
    monkeypatch.setattr(releasing, "RESERVE", 4)
    monkeypatch.setattr(withdrawing, "SLICE", 3)


@pytest.mark.usefixtures("small")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    acts=st.lists(st.sampled_from(WEIGHTS), max_size=40),
    versions=st.integers(1, 2),
    audience=st.sampled_from(["frozen", "live"]),
    cancels=st.booleans(),
)
def test_the_sums_always_equal_the_audience(
    hands: Hands, acts: list[str], versions: int, audience: str, cancels: bool
) -> None:
    hands.now = Hands().now
    news = fresh_shop()
    letters = [LETTER, OTHER][:versions]
    broadcast = hands.draft(news, *letters, audience=audience, sample_percent=50, decide_minutes=30)
    for name in ["start", "wait", *acts]:
        ACTS[name](broadcast, hands)
        check(broadcast, hands)
    broadcast.refresh_from_db()
    if cancels:
        attempt(actions.cancel)(broadcast, hands)
    for name in ("resume", "fast", "wait", "wait"):
        ACTS[name](broadcast, hands)
        hands.run()
        check(broadcast, hands)
    broadcast.refresh_from_db()
    assert broadcast.state in ({State.DRAFT, State.CANCELLED, State.DONE} if cancels else {State.DONE})
    assert broadcast.finished or broadcast.state == State.DRAFT
    assert (Turn.objects.count(), Outbox.objects.count()) == (0, 0)


def check(broadcast: Broadcast, hands: Hands) -> None:
    broadcast.refresh_from_db()
    messages = Message.objects.filter(origin=broadcast.origin)
    assert broadcast.due == messages.count() <= PEOPLE
    assert all(found.adds_up and found.due == broadcast.due for found in sums([broadcast.origin]))
    assert broadcast.queued is None or broadcast.due == PEOPLE
    assert broadcast.released + Turn.objects.count() == broadcast.due or broadcast.state == State.CANCELLED
    if broadcast.finished:
        assert not messages.filter(state__in=["queued", "claimed", "waiting"]).exists()
    if broadcast.state == State.RUNNING and not running.step(hands.now) and not Outbox.objects.exists():
        broadcast.refresh_from_db()
        assert broadcast.state == State.DONE or causes(broadcast, at=hands.now), "it does not move and does not say why"


def fresh_shop() -> Topic:
    """Hypothesis repeats the test within one transaction."""
    Turn.objects.all().delete()
    Broadcast.objects.all().delete()
    Outbox.objects.all().delete()
    Message.objects.all().delete()
    news, made = Topic.objects.get_or_create(key="news", defaults={"label": "News"})
    if made:
        people(PEOPLE, news)
    sql.run("DELETE FROM crm_dialogue_occasion")
    return news
