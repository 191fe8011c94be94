"""The demo's eight one-off messages: four of the past, one called off half-way, one of today to 231 people, one put
down for later, and a draft."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Count

from campaigns.broadcasts import actions
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.models.broadcast import COUNTDOWN
from campaigns.broadcasts.wording import plain_design
from campaigns.designs.models import Design
from crm.business.queries import business
from crm.dialogue.models import Message
from crm.leaving.models import Case
from crm.segments.picking import create_picked_segment, put_in
from engage.lib import clock
from engage.seeds import belts, past
from engage.seeds.shop import surveys, talk
from engage.seeds.shop.arrivals import is_new
from engage.seeds.shop.chance import lot
from engage.seeds.shop.people import COMPANIES, Permission, Person
from engage.seeds.shop.scene import ZONE, Scene

BY = "Max Reed"
BUYERS: dict[str, Any] = {"did": "order"}
AGO = timedelta(hours=3)
"""When the message of today went out."""

SENT = 198
WAITING = {Permission.PAUSED: 4, Permission.DOUBLE_OPT_IN: 2}
"""The last two are talking with us."""
NOT_SENT = {Permission.UNSUBSCRIBED: 17, Permission.REFUSED: 6, Permission.COMPLAINT: 1, Permission.NEVER: 1}
FORGOTTEN = COMPANIES[4][0]
"""The two of this café fail: Max forgot the number of their tables."""

GREETING = "Hello {{ contact.first_name | default: 'there' }},\n\n"
TODAY = (
    GREETING + "from Monday we roast in the morning, and whoever orders before ten has it the same day.\n\n"
    f"{{% if contact.company == '{FORGOTTEN}' %}}{{% assign tables = 0 %}}"
    "Your crate is enough for {{ 480 | divided_by: tables }} cups a table.\n\n{% endif %}"
    "{{ business.sender_name }}"
)


class Said(NamedTuple):
    name: str
    subject: str
    text: str
    rule: dict[str, Any]
    days: int
    topic: str = "offers"


PAST = (
    Said(
        "Gift boxes",
        "Gift boxes are on the shelf",
        GREETING + "the boxes are packed: two coffees, one tin of tea, and a card that you may write yourself.\n\n"
        "{{ business.sender_name }}",
        BUYERS | {"count": {"op": "at_least", "value": 5}},
        58,
    ),
    Said(
        "Tea from Spring Hill",
        "The tea from Spring Hill is here",
        GREETING + "it came on Tuesday, a week late and better than last year. Come and taste it.\n\n"
        f"{{% question {surveys.FRIEND} %}}\n\n{{{{ business.sender_name }}}}",
        BUYERS | {"count": {"op": "at_least", "value": 3}},
        33,
    ),
    Said(
        "Té de jazmín",
        "Ya ha llegado el té de jazmín",
        "Hola {{ contact.first_name | default: '' }},\n\nel té de jazmín de este año ya está en la tienda. "
        "Si contestas a esta carta, te guardamos una lata.\n\n{{ business.sender_name }}",
        {"all": [BUYERS, {"field": "contact.language", "op": "is", "value": "es"}]},
        19,
    ),
    Said(
        "Grinder check",
        "Bring us your grinder",
        GREETING + "on Thursday afternoon we clean and set grinders for whoever brings one.\n\n"
        "{{ business.sender_name }}",
        BUYERS | {"count": {"op": "at_least", "value": 4}},
        11,
    ),
)
CALLED_OFF = Said(
    "Ten off Sidamo",
    "Ten per cent off the Sidamo",
    GREETING + "this week the Sidamo costs ten per cent less.\n\n{{ business.sender_name }}",
    {"all": [BUYERS, {"field": "contact.language", "op": "is", "value": "zh"}]},
    26,
)
BATCH = 4
ASKING = PAST[1]
SCORES = (10, 9, 10, 9, 7, 8, 10, 9, 5, 8) * 3 + (10, 9, 8, 7, 8, 7, 8, 6, 3, 4, 2)
"""20 would recommend us, 14 perhaps, 7 not: 32, somewhere between 9 and 55."""

REASONS = {
    10: ("The tea from Spring Hill, every year.", "You remembered that I take oat milk."),
    9: ("Fast, and the card was written by hand.", "The Harbour is the best decaf I know."),
    8: ("Good coffee. The parcel could be smaller.",),
    5: ("Two of four bags were roasted a month ago.",),
    3: ("Nobody told me that the grinder was sold out.",),
}


def before(scene: Scene) -> None:
    """Those of the past: before anybody took back what they had said."""
    for said in PAST:
        _move(broadcast := _sent(_draft(scene, said)), timedelta(days=said.days))
        if said is ASKING:
            _rate(broadcast, days=said.days)
    broadcast = _sent(_draft(scene, CALLED_OFF, batch=BATCH, batch_minutes=60), until=lambda one: one.released >= BATCH)
    actions.cancel(broadcast, by=BY, at=clock.now())
    belts.send(broadcast, until=lambda one: bool(one.finished))
    _move(broadcast, timedelta(days=CALLED_OFF.days))


def _rate(broadcast: Broadcast, *, days: int) -> None:
    """41 say in the days after it how likely they are to recommend us, and some why."""
    since, rng = clock.now(), lot("would they recommend us")
    asked = Message.objects.filter(origin=broadcast.origin, state="kept").order_by("contact")
    people = rng.sample(list(asked.values_list("contact", flat=True)), len(SCORES))
    scores = dict(zip(people, SCORES, strict=True))
    reasons = {score: iter(said) for score, said in REASONS.items()}
    words = {one: why for one, score in scores.items() if (why := next(reasons.get(score, iter(())), ""))}
    surveys.answer(surveys.FRIEND, origin=broadcast.origin, answers=scores, words=words)
    belts.drain()
    past.move_back({one: timedelta(days=days - 4 * rng.random()) for one in people}, since=since)


def today(scene: Scene) -> None:
    """The one to 231 people, which six still wait for; what comes next; and what is not finished."""
    at = scene.now - timedelta(days=1)
    group = create_picked_segment(name="Morning roast list", by=BY, at=at)
    put_in(group, [scene.contacts[person.number] for person in _chosen(scene)], by=BY, at=at)
    said = Said("Morning roast", "Roasted in the morning", TODAY, {}, 0)
    _move(_sent(_draft(scene, said, include=[str(group.uid)])), AGO)
    letter, offer = (Design.objects.get(name=name) for name in ("This month", "Two coffees"))
    topics = scene.topics
    tomorrow = scene.now.astimezone(ZONE).replace(hour=10, minute=30, second=0, microsecond=0) + timedelta(days=2)
    news = actions.create_broadcast(
        name="This month", topic=topics["news"], rule={"all": []}, send_at=tomorrow, designs=[letter], by=BY, at=at
    )
    actions.start(news, by=BY, at=scene.now - timedelta(hours=1))
    actions.create_broadcast(
        name="Two coffees", topic=topics["offers"], rule=BUYERS, designs=[offer], by=BY, at=scene.now - AGO
    )


def _chosen(scene: Scene) -> list[Person]:
    """231, each with what becomes of it."""
    busy = set(talk.talking(scene)) | set(Case.objects.values_list("contact", flat=True))
    full = _full()
    rng = lot("the morning roast")
    people = [person for person in scene.known() if not is_new(person, scene)]
    free = [p for p in people if scene.contacts[p.number] not in busy | full]
    reached = [p for p in free if p.permission in (Permission.DOUBLE_OPT_IN, Permission.IMPORT)]
    failing = [p for p in reached if p.company == FORGOTTEN]
    well = [p for p in reached if p not in failing]
    going = rng.sample(well, min(SENT, len(well)))
    talking = [p for p in people if scene.contacts[p.number] in busy and p.permission is Permission.DOUBLE_OPT_IN]
    waiting = [p for p in free if p.permission is Permission.PAUSED][: WAITING[Permission.PAUSED]]
    waiting += talking[: WAITING[Permission.DOUBLE_OPT_IN]]
    others = [p for kind, n in NOT_SENT.items() for p in [p for p in free if p.permission is kind][:n]]
    return [*failing, *going, *waiting, *others]


def _full() -> set[int]:
    """Who had as much from us in the last week as may be."""
    since = clock.now() - timedelta(days=7, hours=1)
    recent = Message.objects.filter(direction="out", klass="marketing", settled__gt=since)
    counted = recent.values("contact").annotate(said=Count("id")).filter(said__gte=business().weekly_cap)
    return set(counted.values_list("contact", flat=True))


def _draft(scene: Scene, said: Said, **fields: Any) -> Broadcast:
    now = clock.now()
    design = plain_design(subject=said.subject, body=said.text, kind="letter", name=said.name, by=BY, at=now)
    rule = said.rule or None
    return actions.create_broadcast(
        name=said.name, topic=scene.topics[said.topic], rule=rule, designs=[design], by=BY, at=now, **fields
    )


def _over(broadcast: Broadcast) -> bool:
    return bool(broadcast.finished or broadcast.queued and broadcast.released >= broadcast.due)


def _sent(broadcast: Broadcast, until: Callable[[Broadcast], bool] = _over) -> Broadcast:
    """Started, its minute over, and carried by the belts so far."""
    actions.start(broadcast, by=BY, at=clock.now() - COUNTDOWN)
    return belts.send(broadcast, until=until)


def _move(broadcast: Broadcast, span: timedelta) -> None:
    broadcast.refresh_from_db()
    past.move_broadcast_back(broadcast, span)
