"""Going out: everything due in the next seven days with its number of people, Look and Hold."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcasts.actions import create_broadcast
from campaigns.broadcasts.models import Broadcast
from campaigns.journeys.models import DueWait, Enrolment, Journey, JourneyVersion
from crm.contacts.models import Contact, Pause
from crm.dialogue import outbox
from crm.dialogue.actions import Draft, hold_origin, owe, queue
from crm.dialogue.models import Hold, Message
from crm.dialogue.outbox import Settled
from engage.dashboard.messages.going_out import LOOKED_AT, going_out
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def max_(client: Client) -> None:
    client.force_login(cast.max_())


def due(person: Contact, at, *, origin: str = "bulk", occurrence: str = "1", lane: int = 2, why: str = "") -> int:
    draft = Draft(
        contact=person.pk, recorded_for=person.pk, klass="marketing", origin=origin, occurrence=occurrence, lane=lane,
        due=at,
    )  # fmt: skip
    (pk,) = queue([draft], at=at)
    if why:
        outbox.settle([Settled(pk, "waiting", why)], at=at)
    return pk


def journey(**changes) -> JourneyVersion:
    """A running journey; its message steps are `ask`, `thank`; people wait at `pause`."""
    made = Journey.objects.create(name="Ask", state="live")
    version = JourneyVersion.objects.create(journey=made, number=1, definition=scenario(**changes), published_by="Max")
    Journey.objects.filter(pk=made.pk).update(current=version)
    return version


def waits(version: JourneyVersion, person: Contact, until, **fields) -> None:
    walk = Enrolment.objects.create(
        journey=version.journey, version=version, contact=person, recorded_for=person, entry="1", step="pause",
        began=clock.now(), shadow=fields.pop("shadow", False),
    )  # fmt: skip
    DueWait.objects.create(enrolment=walk, since=clock.now(), until=until, due=until, **fields)


def page_of(client: Client, name: str = "messages", **query: str) -> str:
    return client.get(reverse(name), query).content.decode()


def test_people_who_wait_on_a_journey_are_counted_where_their_next_message_is(client, alice, bob) -> None:
    now = clock.now()
    version = journey(steps={"lucky": letter("How is it?", next="thank")})
    waits(version, alice, now + DAY)
    waits(version, bob, now + DAY)
    waits(version, cast.carol(), now + 8 * DAY)
    waits(version, cast.contact("Parked"), now + DAY, parked=True)
    waits(version, cast.contact("In shadow"), now + DAY, shadow=True)
    found = going_out(now, LONDON)
    assert [(row.origin.rpartition(":")[2], row.people, row.sure) for row in found.rows] == [
        ("lucky", 2, True),
        ("thank", 2, True),
    ]
    assert [going for _, going, _ in found.days] == [0, 4, 0, 0, 0, 0, 0]
    assert "4 messages go out in the next seven days" in page_of(client)


def test_what_depends_on_them_is_called_up_to(client, alice) -> None:
    waits(journey(), alice, clock.now() + HOUR)
    page = page_of(client)
    assert "Up to 1 message goes out in the next seven days" in page
    assert "up to 1 person" in page


def test_what_a_paused_journey_holds_is_not_going_out(alice) -> None:
    version = journey()
    Journey.objects.update(state="paused")
    waits(version, alice, clock.now() + HOUR)
    assert going_out(clock.now(), LONDON).rows == []


def test_a_waiting_message_without_a_time_stands_in_the_list_and_in_no_day(alice) -> None:
    due(alice, clock.now(), why="talking")
    found = going_out(clock.now(), LONDON)
    (row,) = found.rows
    assert (row.people, row.waiting, row.first, found.total) == (1, 1, None, 0)


def test_a_hold_says_who_when_and_why_and_is_lifted_with_a_choice(client, alice, bob) -> None:
    due(alice, clock.now() - 2 * DAY)
    due(bob, clock.now())
    assert "Nothing of “bulk” goes out until" in page_of(client, "hold_origin", origin="bulk")
    client.post(reverse("hold_origin"), {"origin": "bulk", "because": "<b>Wrong price</b>"})
    hold = Hold.objects.get()
    assert (hold.origin, hold.by, hold.because) == ("bulk", "Max", "<b>Wrong price</b>")
    for message in Message.objects.all():
        outbox.settle([Settled(message.pk, "waiting", "held")], at=clock.now())

    page = page_of(client)
    assert "by Max since" in page and "&lt;b&gt;Wrong price&lt;/b&gt;" in page and "2 people" in page
    shown = page_of(client, "lift_hold", origin="bulk")
    assert "2 messages piled up" in shown and "Drop what is late: 1 older than a day" in shown
    client.post(reverse("lift_hold"), {"origin": "bulk", "pile": "drop_late"})
    states = Message.objects.order_by("contact_id").values_list("state", "why")
    assert list(states) == [("withheld", "dropped_after_hold"), ("waiting", "")]
    assert client.get(reverse("lift_hold"), {"origin": "bulk"}).url == reverse("messages")


def test_a_second_hold_of_the_same_changes_nothing(client, alice) -> None:
    due(alice, clock.now())
    for _ in range(2):
        client.post(reverse("hold_origin"), {"origin": "bulk"})
    assert Hold.objects.count() == 1


@pytest.mark.parametrize("name", ["hold_origin", "lift_hold"])
def test_nothing_is_held_that_never_speaks_and_no_answer_of_a_colleague(client, name) -> None:
    owe({"reply:1": 1})
    for origin in ("", "nothing", "reply:1", "x" * 5000, "\0"):
        assert client.post(reverse(name), {"origin": origin}).status_code == 404
    assert not Hold.objects.exists()


def test_agents_hold_nothing_and_pause_nothing(client, alice) -> None:
    due(alice, clock.now())
    client.force_login(cast.ada())
    for name in ("hold_origin", "lift_hold", "pause_everything", "resume_everything"):
        assert client.post(reverse(name), {"origin": "bulk"}).status_code == 403
    assert not Hold.objects.exists() and not Pause.objects.exists()


def test_of_what_piled_up_one_chooses_what_goes_and_the_rest_is_held(client, alice, bob) -> None:
    client.post(reverse("pause_everything"))
    due(alice, clock.now(), why="everything_stopped")
    due(bob, clock.now() - 4 * DAY, origin="other", why="everything_stopped")
    shown = page_of(client, "resume_everything")
    assert "2 messages piled up" in shown and "1 is older than three days" in shown
    client.post(reverse("resume_everything"), {"pile": "choose", "go": ["bulk"]})
    assert not Pause.objects.filter(lifted=None).exists()
    assert [hold.origin for hold in Hold.objects.filter(lifted=None)] == ["other"]
    assert set(Message.objects.values_list("state", "why")) == {("waiting", "")}


def test_home_leads_to_those_who_wait_for_one_reason(client, alice, bob) -> None:
    due(alice, clock.now(), why="talking")
    due(bob, clock.now(), why="leaving")
    page = page_of(client, why="talking")
    assert "Waiting: talking with us" in page and "Alice" in page and "Bob" not in page
    assert "Waiting" not in page_of(client, why="<script>")


@pytest.mark.parametrize("people", [1, 12])
def test_the_page_costs_the_same_with_more_people(client, people: int) -> None:
    now = clock.now()
    version = journey()
    for number in range(people):
        guest = cast.contact(f"Guest {number}")
        waits(version, guest, now + HOUR)
        due(guest, now + HOUR, origin=f"bulk:{number}")
        hold_origin(origin=f"bulk:{number}", by="Max", at=now)
    assert queries_of(client, reverse("messages")) <= 17


def test_a_full_lane_costs_no_more_and_says_more_than(client, alice) -> None:
    """Two lanes are looked at apart, so that a large message hides no journey's."""
    due(alice, clock.now() + HOUR, origin="journey", lane=1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH new AS (
                INSERT INTO crm_dialogue_message (uid, contact_id, recorded_for_id, direction, class, channel, lane,
                    origin, occurrence, state, at)
                SELECT gen_random_uuid(), %s, %s, 'out', 'marketing', 'email', 2, 'bulk', n::text, 'queued', %s
                FROM generate_series(1, %s) AS n RETURNING id
            ) INSERT INTO crm_dialogue_outbox (message_id, lane, due) SELECT id, 2, %s FROM new
            """,
            [alice.pk, alice.pk, timezone.now(), LOOKED_AT + 1, timezone.now()],
        )
    found = going_out(clock.now(), LONDON)
    assert {row.origin: row.more for row in found.rows} == {"bulk": True, "journey": False}
    assert "More than 20001 messages go out" in page_of(client)


def test_one_off_messages_stand_there_from_when_they_are_put_down_until_the_last_turn(client, alice, bob) -> None:
    now = clock.now()
    cast.carol()
    made = create_broadcast(name="Beans", rule={"all": []}, by="Max", at=now)
    Broadcast.objects.update(state="scheduled", starts=now + 2 * DAY)
    (row,) = going_out(now, LONDON).rows
    assert (row.text, row.people, row.look) == ("Beans", 3, reverse("broadcast", args=[made.uid]))
    assert [going for _, going, _ in going_out(now, LONDON).days] == [0, 0, 3, 0, 0, 0, 0]
    Broadcast.objects.update(state="running", began=now, starts=now, due=3, released=1, per_hour=1)
    (row,) = going_out(now, LONDON).rows
    assert (row.people, sum(row.days.values())) == (2, 2)
    Broadcast.objects.update(state="paused")
    (row,) = going_out(now, LONDON).rows
    assert (row.people, row.waiting, row.first, sum(row.days.values())) == (2, 2, None, 0)
    Broadcast.objects.update(state="draft", began=None)
    assert going_out(now, LONDON).rows == []


def test_a_throttled_message_is_spread_over_the_days_on_which_its_turns_come() -> None:
    now = cast.NOON.replace(hour=22)  # 23:00 in London
    create_broadcast(name="Beans", rule={"all": []}, per_hour=10, by="Max", at=now)
    Broadcast.objects.update(state="running", began=now, starts=now, due=500, released=0)
    days = [going for _, going, _ in going_out(now, LONDON).days]
    assert days == [10, 240, 240, 10, 0, 0, 0]
