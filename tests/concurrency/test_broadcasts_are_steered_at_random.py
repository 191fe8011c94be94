"""Colleagues pause, resume, slow down and cancel a one-off message at random moments, while two workers queue it, two
send it, and one after the other dies with a chunk in hand: the sums always equal the audience, it is never said to be
done too early, and it never stands still without saying why."""

import contextlib
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import partial

import pytest
from django.db import connection

from campaigns.broadcasts import actions, queueing, releasing, running, withdrawing
from campaigns.broadcasts.models import Broadcast, Turn
from campaigns.broadcasts.standing import causes
from campaigns.broadcasts.wording import plain_design
from crm.business.actions import update_business
from crm.contacts.actions import record_consent
from crm.contacts.models import Topic
from crm.dialogue import outbox
from crm.dialogue.actions import work_off
from crm.dialogue.ledger import sums
from crm.dialogue.models import Message, Outbox
from engage import speak
from engage.embedded.waiting import until
from engage.lib import belts, clock, sql
from tests.concurrency.together import known

pytestmark = pytest.mark.django_db(transaction=True)

State = Broadcast.State
PEOPLE = 40
RUNS = {False: 8, True: 200}
ACTS = 14
SEED = 20_261_129


@dataclass
class Run:
    broadcast: Broadcast
    over: threading.Event = field(default_factory=threading.Event)
    shown: list[Exception] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    looked: int = 0


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Topic:
    monkeypatch.setattr(queueing, "SPAN", 7)
    monkeypatch.setattr(releasing, "RESERVE", 6)
    monkeypatch.setattr(withdrawing, "SLICE", 5)
    never = {"quiet_from": time(12), "quiet_until": time(12)}
    update_business(by="test", at=clock.now(), name="Shop", weekly_cap=10_000, **never)
    news = Topic.objects.create(key="news", label="News")
    for number in range(PEOPLE):
        record_consent(contact=known(number), topic=news, state="granted", how="form", at=clock.now())
    return news


@pytest.mark.timeout(2400)
def test_the_sums_equal_the_audience_at_every_moment_of_many_runs(request: pytest.FixtureRequest, crowd: Topic) -> None:
    chance, ends, done = random.Random(SEED), Counter[str](), Counter[str]()
    for number in range(RUNS[bool(request.config.getoption("--long"))]):
        run = Run(begun(crowd, chance, number))
        together(run, random.Random(f"{SEED} {number}"))
        assert run.shown == []
        assert run.looked > 0
        finish(run)
        ends[run.broadcast.state] += 1
        done += run.done
    print(f"{dict(ends)}; {dict(done)}")
    assert ends["done"]


def begun(news: Topic, chance: random.Random, number: int) -> Broadcast:
    at = clock.now() - timedelta(minutes=2)
    letters = [
        plain_design(subject=f"News {n}", body="Hello.", kind="letter", name="News", by="Max", at=at)
        for n in range(chance.randint(1, 2))
    ]
    fields = {"audience": chance.choice(["frozen", "live"]), "sample_percent": 50, "rule": {"all": []}}
    broadcast = actions.create_broadcast(name=f"News {number}", topic=news, designs=letters, by="Max", at=at, **fields)
    return actions.start(broadcast, by="Max", at=at)


def together(run: Run, chance: random.Random) -> None:
    """All at once until the colleague has done what there is to do."""

    def alone(job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as error:
            run.shown.append(error)
        finally:
            connection.close()

    belts_at_work = [partial(worker, run, step) for step in (broadcasts, broadcasts, speaking, speaking, dying)]
    jobs = [partial(colleague, run, chance), partial(watcher, run), *belts_at_work]
    threads = [threading.Thread(target=alone, args=[job], daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    threads[0].join(120)
    run.over.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "it hangs"


def colleague(run: Run, chance: random.Random) -> None:
    acts: dict[str, Callable[..., object]] = {
        "pause": actions.pause,
        "resume": actions.resume,
        "slow": partial(actions.set_pace, per_hour=3_600),
        "batches": partial(actions.set_pace, batch=5, batch_minutes=1),
        "fast": actions.set_pace,
        "choose": partial(actions.choose_winner, letter="a"),
        "cancel": actions.cancel,
    }
    for _ in range(ACTS):
        run.over.wait(chance.random() * 0.03)
        name = chance.choices(list(acts), weights=[5, 7, 2, 1, 3, 1, 0.2])[0]
        attempt(run, name, acts[name])
    if chance.random() < 0.3:
        attempt(run, "cancel", actions.cancel)


def attempt(run: Run, name: str, act: Callable[..., object]) -> None:
    with contextlib.suppress(actions.WrongState):
        act(run.broadcast, by="Max", at=clock.now())
        run.done[name] += 1


def worker(run: Run, step: Callable[[], int]) -> None:
    while not run.over.is_set():
        with contextlib.suppress(*belts.PASSING):
            if step():
                continue
        run.over.wait(0.005)


def broadcasts() -> int:
    return running.step(clock.now()) + work_off(at=clock.now(), seconds=0)


def speaking() -> int:
    return speak.step(speak.ALL_LANES)


def dying() -> int:
    """A worker that claims a few, and is killed before it has looked at them; its lease is over soon."""
    outbox.claim(speak.ALL_LANES, chunk=2)
    sql.run("UPDATE crm_dialogue_outbox SET lease_until = now() WHERE lease_until > now() AND mod(attempts, 3) = 0")
    return 0


def watcher(run: Run) -> None:
    while not run.over.wait(0.004):
        look(run)
        run.looked += 1


def look(run: Run) -> None:
    """Done is read before the sums: what is done stays so."""
    fresh = Broadcast.objects.get(pk=run.broadcast.pk)
    for found in sums([run.broadcast.origin]):
        assert found.adds_up, found
        assert found.due <= PEOPLE
        assert not fresh.finished or found.waiting == 0, "it is said to be done too early"
        assert fresh.state != State.DONE or found.due == PEOPLE
    assert fresh.problem == ""


def finish(run: Run) -> None:
    """Nobody disturbs it any more."""

    def finished() -> bool:
        run.broadcast.refresh_from_db()
        for verb in (actions.resume, actions.set_pace):
            with contextlib.suppress(actions.WrongState):
                if run.broadcast.state == State.PAUSED or run.broadcast.per_hour or run.broadcast.batch:
                    verb(run.broadcast, by="Max", at=clock.now())
        with contextlib.suppress(actions.WrongState):
            if run.broadcast.decide_at and not run.broadcast.winner:
                actions.choose_winner(run.broadcast, letter="b", by="Max", at=clock.now())
        sql.run("UPDATE crm_dialogue_outbox SET lease_until = now() WHERE lease_until > now()")
        moved = broadcasts() + speaking()
        look(run)
        run.broadcast.refresh_from_db()
        still = run.broadcast.state == State.RUNNING and not moved and not Outbox.objects.exists()
        assert not still or causes(run.broadcast, at=clock.now()), "it stands still and does not say why"
        return run.broadcast.finished is not None or run.broadcast.state == State.DRAFT

    until(finished, "the end of the message", 60, pause=0)
    assert (Turn.objects.count(), Outbox.objects.count()) == (0, 0)
    messages = Message.objects.filter(origin=run.broadcast.origin)
    assert set(messages.values_list("state", flat=True)) <= {"kept", "withheld"}
    if run.broadcast.state == State.DONE:
        assert messages.filter(state="kept").count() == PEOPLE
        assert run.broadcast.released == run.broadcast.due == PEOPLE
