"""Two colleagues edit, publish with moves, pause, resume, copy and stop journeys at random moments, while two workers
walk and one listens: nobody is there twice, nobody is stranded, and no lock or deadlock is shown to anyone."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import pytest
from django.db import connection

from campaigns.journeys import brake, due
from campaigns.journeys.actions import (
    WrongMove,
    WrongState,
    copy_journey,
    create_journey,
    end_enrolment,
    pause_journey,
    publish,
    resume_journey,
    stop_journey,
)
from campaigns.journeys.comparing import standing
from campaigns.journeys.drafts import edit_draft
from campaigns.journeys.models import DueWait, Enrolment, Journey, StepTally, Visit
from crm.contacts.models import Contact
from crm.dialogue.models import Message
from crm.events import inbox
from crm.events.actions import accept
from crm.events.models import DeadLetter, Inbox
from crm.preferences.models import Preference, PreferenceKey
from engage import listen, walk
from engage.embedded.waiting import until
from engage.lib import clock, sql
from tests.campaigns.journeys.scenarios import letter
from tests.concurrency.together import Path, assert_walked_step_by_step, keys, known

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh")]

PEOPLE, JOURNEYS = 60, 3
ACTS = {False: 300, True: 3_000}
SEED = 20_261_129
WAITS = ("one", "two", "three")


@dataclass
class Shop:
    """What happens at once; `shown` is what a colleague would have seen as an error, or what stopped a worker."""

    people: list[Contact]
    over: threading.Event
    shown: list[Exception]
    done: Counter[str]
    looked: int = 0


def draft(number: int, chance: random.Random) -> dict:
    """Counts, writes, and waits one to three times for a second or until tea is tasted; the waits keep their names."""
    waits = WAITS[: chance.randint(1, 3)]
    steps: dict[str, dict] = {"count": {"kind": "remember", "key": "cups", "how": "plus", "value": 1, "next": "write"}}
    steps["write"] = letter(f"Letter {chance.randrange(1000)}", next=waits[0])
    for name, after in zip(waits, [*waits[1:], "bye"], strict=True):
        exits = [{"event": "Tea Tasted", "next": "bye"}] if chance.random() < 0.5 else []
        steps[name] = {"kind": "wait", "for": {"seconds": chance.randint(1, 2)}, "exits": exits, "next": after}
    steps["bye"] = {"kind": "end", "reason": "Through"}
    return {
        "trigger": {"event": f"Tea Ordered {number % JOURNEYS}"},
        "entry": {"again": "always"},
        "start": "count",
        "steps": steps,
    }


def act(shop: Shop, chance: random.Random) -> None:
    """One act of a colleague. What is told in words (it is paused already, it has no such step) is no error."""
    journey, at = chance.choice(Journey.objects.order_by("pk")), clock.now()
    acts: dict[str, Callable[[], object]] = {
        "edit": lambda: edit_draft(journey, draft=draft(journey.pk, chance), by="Max", at=at),
        "publish": lambda: publish(journey, moves=moves(journey, chance), by="Max", at=at),
        "pause": lambda: pause_journey(journey, by="Max", at=at),
        "resume": lambda: resume_journey(journey, by="Max", at=at),
        "copy": lambda: publish(copy_journey(journey, by="Max", at=at), by="Max", at=at),
        "stop": lambda: stop_journey(journey, by="Max", at=at),
        "take off": lambda: take_off(journey, chance),
    }
    name = chance.choices(list(acts), weights=[4, 6, 3, 5, 0.3, 1, 2])[0]
    with suppress(WrongState, WrongMove):
        acts[name]()
        shop.done[name] += 1


def moves(journey: Journey, chance: random.Random) -> dict:
    """For each place where people stand: they stay, go on at a step of the new version, or leave."""
    steps = list(Journey.objects.get(pk=journey.pk).draft["steps"])
    places = [one.place for one in standing(journey)]
    chosen = {place: chance.choice(["stay", "go", "go", "leave"]) for place in places}
    return {place: chance.choice(steps) if to == "go" else None for place, to in chosen.items() if to != "stay"}


def take_off(journey: Journey, chance: random.Random) -> None:
    for one in Enrolment.objects.filter(journey=journey, state="active").order_by("pk")[chance.randrange(5) :][:1]:
        end_enrolment(one, by="Max", at=clock.now())


def colleague(shop: Shop, acts: int, seed: str) -> None:
    chance = random.Random(seed)
    for _ in range(acts):
        act(shop, chance)


def customers(shop: Shop) -> None:
    """Order and taste tea all the time."""
    chance, number = random.Random(SEED), 0
    while not shop.over.wait(0.05):
        names = [f"Tea Ordered {n}" for n in range(JOURNEYS)] + ["Tea Tasted"]
        calls = [
            {
                "type": "track",
                "userId": f"u{chance.randrange(PEOPLE)}",
                "event": chance.choice(names),
                "messageId": f"e{number}-{n}",
                "timestamp": clock.now().isoformat(),
            }
            for n in range(10)
        ]
        number += 1
        accept(source="write", call="batch", body=json.dumps({"batch": calls}), events=len(calls))


def worker(shop: Shop, step: Callable[[], int]) -> None:
    while not shop.over.is_set():
        if not step():
            shop.over.wait(0.02)


def at_once(shop: Shop, colleagues: list[Callable[[], object]], others: list[Callable[[], object]]) -> None:
    """All together until the colleagues are done."""

    def run(job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as error:
            shop.shown.append(error)
        finally:
            connection.close()

    threads = {job: threading.Thread(target=run, args=[job], daemon=True) for job in [*others, *colleagues]}
    for thread in threads.values():
        thread.start()
    for job in colleagues:
        threads[job].join(1500)
    shop.over.set()
    for thread in threads.values():
        thread.join(60)
        assert not thread.is_alive(), "it hangs"


@pytest.mark.timeout(2000)
def test_nobody_is_there_twice_or_stranded_whatever_colleagues_do_meanwhile(request, monkeypatch) -> None:
    monkeypatch.setattr(due, "CHUNK", 20)
    monkeypatch.setattr(inbox, "CHUNK", 30)
    monkeypatch.setattr(brake, "MOST_AN_HOUR", 1_000_000)
    acts = ACTS[bool(request.config.getoption("--long"))]
    PreferenceKey.objects.create(key="cups", label="cups", type="number")
    shop = Shop([known(number) for number in range(PEOPLE)], threading.Event(), [], Counter())
    chance = random.Random(SEED)
    for number in range(JOURNEYS):
        made = create_journey(name=f"Tea {number}", draft=draft(number, chance), by="Max", at=clock.now())
        publish(made, by="Max", at=clock.now())
    at_once(
        shop,
        [partial(colleague, shop, acts // 2, f"{SEED} {name}") for name in ("Max", "Olga")],
        [
            *(partial(worker, shop, step) for step in (walk.step, walk.step, listen.step)),
            partial(customers, shop),
            partial(watcher, shop),
        ],
    )
    assert shop.shown == []
    assert shop.looked > 10
    assert_everybody_has_a_place()
    monkeypatch.setattr(due, "CHUNK", 500)
    monkeypatch.setattr(inbox, "CHUNK", 300)
    let_all_walk_to_the_end(seconds=max(120, acts // 5))
    assert_everybody_has_a_place()
    assert not Enrolment.objects.filter(outcome="failed").exists()
    assert_each_thing_was_done_once()
    print(f"{dict(shop.done)}; walks: {dict(Counter(Enrolment.objects.values_list('outcome', flat=True)))}")


def let_all_walk_to_the_end(*, seconds: int) -> None:
    """What is paused goes on, and nothing new comes in."""
    for journey in Journey.objects.filter(state="paused"):
        resume_journey(journey, by="Max", at=clock.now())

    def ended() -> bool:
        sql.run("UPDATE campaigns_journeys_duewait SET lease_until = NULL")
        listen.step(), walk.step()
        return not Inbox.objects.exists() and not Enrolment.objects.filter(state="active").exists()

    until(ended, "the end of every walk", seconds, pause=0.05)


def assert_everybody_has_a_place() -> None:
    """Who is under way waits for something, who left does not."""
    active = set(Enrolment.objects.filter(state="active").values_list("pk", flat=True))
    assert set(DueWait.objects.values_list("enrolment", flat=True)) == active
    assert not DeadLetter.objects.exists()


def watcher(shop: Shop) -> None:
    """Looks all the time whether somebody is on one journey twice."""
    while not shop.over.wait(0.1):
        twice = sql.rows(
            "SELECT journey_id, contact_id FROM campaigns_journeys_enrolment WHERE state = 'active' "
            "GROUP BY 1, 2 HAVING count(*) > 1"
        )
        assert twice == []
        shop.looked += 1


def assert_each_thing_was_done_once() -> None:
    paths = assert_walked_step_by_step()
    assert sum(StepTally.objects.values_list("visits", flat=True)) == sum(map(reached, paths.values()))
    assert Counter(Message.objects.values_list("occurrence", flat=True)) == keys("send")
    assert Counter(Preference.objects.values_list("source_id", flat=True)) == keys("remember")
    counted = Counter(Visit.objects.filter(decision__kind="remember").values_list("enrolment__contact", flat=True))
    known = dict(Contact.objects.filter(attributes__has_key="cups").values_list("pk", "attributes__cups"))
    assert {contact: int(cups) for contact, cups in known.items()} == counted


def reached(path: Path) -> int:
    """How often somebody came to a step: a new version that takes over where they stand is no step."""
    count, stood, moved = 0, "", False
    for _, step, kind in path:
        if kind != "move":
            count += not (moved and step == stood)
            stood = step
        moved = kind == "move"
    return count
