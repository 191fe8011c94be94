"""Home, Today: what needs somebody, what they told us, what goes out, and one switch for everything."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.broadcasts.models import Broadcast
from campaigns.journeys.models import Enrolment, Journey, JourneyVersion
from campaigns.surveys.models import Response, Survey
from crm.business.models import User
from crm.contacts.models import Contact, MergeProposal, Pause
from crm.dialogue.actions import close, nothing_to_answer, open_conversation, reply, snooze
from crm.dialogue.models import Conversation, Message, Occasion, Outbox
from crm.preferences.models import Preference, PreferenceKey
from engage.dashboard.home import queries
from engage.dashboard.home.needs import needs
from engage.dashboard.messages.going_out import going_out
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import suggested
from tests.campaigns.surveys.questions import STARS, WORDS, published

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def asks(contact: Contact, at, text: str = "Arrived stale.") -> Message:
    talk = Conversation.objects.create(
        contact=contact, recorded_for=contact, channel="email", opened=at, last_customer=at
    )
    return Message.objects.create(
        contact=contact,
        recorded_for=contact,
        direction="in",
        klass="conversation",
        channel="email",
        origin="in",
        occurrence=str(talk.uid),
        conversation=talk,
        text=text,
        state="received",
        at=at,
    )


def due(contact: Contact, at, number: int, *, why: str = "", origin: str = "journey:1:ask") -> Message:
    message = Message.objects.create(
        contact=contact,
        recorded_for=contact,
        direction="out",
        klass="marketing",
        channel="email",
        origin=origin,
        occurrence=str(number),
        state="waiting" if why else "queued",
        why=why,
        at=at,
    )
    Outbox.objects.create(message=message, lane=1, due=at)
    return message


def tells(contact: Contact, words: str, at, source: str = "survey") -> Preference:
    key, _ = PreferenceKey.objects.get_or_create(key="milk", defaults={"label": "Milk"})
    return Preference.objects.create(
        contact=contact,
        recorded_for=contact,
        key=key,
        value="oat milk",
        kind="stated",
        rank=3,
        words=words,
        question="Which milk?",
        source_kind=source,
        at=at,
        received=at,
    )


def rated(person: Contact, stars: int, words: str = "", *, ago: timedelta = HOUR) -> None:
    survey = Survey.objects.filter(key="order").first() or published(STARS, WORDS, key="order")
    kept = {"taste": {"value": str(stars), "words": str(stars), "chosen": [stars], "question": ""}}
    if words:
        kept["words"] = {"value": words, "words": words, "chosen": [], "question": ""}
    Response.objects.create(
        survey=survey, version=survey.current, contact=person, recorded_for=person, answers=kept, state="final",
        finished=clock.now() - ago, occasion=str(Response.objects.count()),
    )  # fmt: skip


def test_a_low_rating_needs_you_until_a_colleague_wrote_back(olga: Client) -> None:
    alice, bob = cast.alice(), cast.bob()
    rated(alice, 2, "Arrived stale.")
    rated(bob, 3, "Fine.")
    page = olga.get(reverse("home")).content.decode()
    assert "2 of 5: “Arrived stale.”" in page and reverse("person", args=[alice.uid]) in page
    assert "Fine." not in page
    talk = open_conversation(contact=alice, channel="email", subject="", by=User.objects.get(), at=clock.now())
    reply(conversation=talk, text="We send you a fresh bag.", by=User.objects.get(), at=clock.now(), seen=0)
    assert "Arrived stale" not in olga.get(reverse("home")).content.decode()


def test_the_latest_low_ratings_need_you_one_for_each_person(olga: Client) -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    rated(alice, 1, ago=3 * HOUR)
    rated(alice, 2, "Better, still stale.", ago=2 * HOUR)
    rated(bob, 1, "<b>Never again</b>" * 20)
    rated(carol, 1, "Long ago.", ago=timedelta(days=15))
    found = [need.text for need in needs(clock.now())]
    assert found[0].startswith("1 of 5: “<b>Never again</b>") and len(found[0]) < 100
    assert found[1:] == ["2 of 5: “Better, still stale.”"]
    assert "<b>Never" not in olga.get(reverse("home")).content.decode()


def test_a_one_off_message_that_paused_itself_needs_you(olga: Client) -> None:
    said = {"created_by": "Max", "state": "paused", "state_by": "brake", "state_at": clock.now()}
    beans = Broadcast.objects.create(name="Beans", brake="complaints", **said)
    page = reverse("broadcast", args=[beans.uid])
    assert ("“Beans” paused itself: people marked it as spam", page) in [(n.text, n.url) for n in needs(clock.now())]


def test_nothing_needs_you_in_a_quiet_shop(olga: Client) -> None:
    page = olga.get(reverse("home")).content.decode()
    assert "Nothing needs you." in page
    assert "Nothing is going out." in page


def test_who_waits_for_an_answer_comes_first(olga: Client) -> None:
    now = clock.now()
    asks(cast.alice(), now - 3 * HOUR)
    bob = cast.bob()
    asks(bob, now - HOUR)
    due(bob, now, 1, why="talking")
    found = needs(now)
    assert [need.text for need in found] == [
        "2 people wait for an answer, the longest 3 h",
        "1 person is on hold while you talk, for under a minute",
    ]
    assert found[0].url == reverse("inbox")


def test_after_fourteen_days_an_answer_that_is_owed_is_asked_about_also_where_it_was_put_off(olga: Client) -> None:
    now, owner = clock.now(), User.objects.get()
    for name, days in (("Late Lane", 15), ("Off Field", 40), ("Soon Stone", 13)):
        asks(cast.contact(name), now - days * DAY)
    put_off = Conversation.objects.get(contact__name="Off Field")
    snooze(conversation=put_off, until=now + DAY, by=owner, at=now)
    close(conversation=Conversation.objects.get(contact__name="Soon Stone"), by=owner, at=now)
    asked = [need for need in needs(now) if "owed" in need.text]
    assert [need.text for need in asked] == [
        "2 people are owed an answer, one for 40 days: answer, or say that there is nothing to answer"
    ]
    for talk in Conversation.objects.all():
        nothing_to_answer(conversation=talk, by=owner, at=now)
    assert needs(now) == []


def test_pairs_and_messages_in_doubt_need_you_too() -> None:
    first, second = cast.alice(), cast.bob()
    MergeProposal.objects.create(first=first, second=second, reasons=["phone"])
    message = due(first, clock.now(), 1)
    Message.objects.filter(pk=message.pk).update(state="unknown")
    texts = [need.text for need in needs(clock.now())]
    assert texts == [
        "1 message may have arrived, or not; it is not sent again without your word",
        "1 pair may be the same person",
    ]


def test_suggestions_that_wait_to_be_read_need_you(olga: Client) -> None:
    suggested(cast.alice(), "Open on Sundays", shown=False)
    suggested(cast.bob(), "Tea in tins")
    page = olga.get(reverse("home")).content.decode()
    assert "1 suggestion waits to be read" in page and f"{reverse('suggestions')}?show=waiting" in page


def test_they_told_us_mixes_answers_and_letters_latest_first() -> None:
    now = clock.now()
    alice, bob = cast.alice(), cast.bob()
    tells(alice, "Oat, please.", now - 2 * HOUR)
    tells(alice, "from a file", now, source="import")
    asks(bob, now - HOUR)
    assert [one.words for one in queries.told("owner")] == ["Arrived stale.", "Oat, please."]


def test_their_words_are_quoted_as_they_were_said(olga: Client) -> None:
    tells(cast.alice(), "<b>Oat</b> & not too hot", clock.now())
    page = olga.get(reverse("home_told")).content.decode()
    assert "&lt;b&gt;Oat&lt;/b&gt; &amp; not too hot" in page
    assert 'data-live="told"' in page


def test_the_days_ahead_are_the_shops_own_days() -> None:
    alice = cast.alice()
    now = cast.NOON  # 13:00 in London
    due(alice, now - HOUR, 1)
    due(alice, now + 10 * HOUR + timedelta(minutes=59), 2)
    due(alice, now + 11 * HOUR, 3, why="quiet_hours")
    due(alice, now + timedelta(days=8), 4)
    Occasion.objects.create(origin="journey:1:ask", label="Welcome and ask", due=4)
    found = going_out(now, LONDON)
    assert [(going, held) for _, going, held in found.days] == [(2, 0), (0, 1), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
    (row,) = found.rows
    assert (row.text, row.people, row.waiting, row.first) == ("Welcome and ask", 1, 1, now - HOUR)
    assert (found.total, found.sure, found.more) == (3, True, False)


def test_running_journeys_say_how_many_are_on_them() -> None:
    live = Journey.objects.create(name="Ask", state="live")
    Journey.objects.create(name="Nobody yet", state="live")
    version = JourneyVersion.objects.create(journey=live, number=1, definition={}, published_by="test")
    for number, state in enumerate(("active", "active", "ended")):
        guest = cast.contact(f"Guest {number}")
        Enrolment.objects.create(
            journey=live,
            version=version,
            contact=guest,
            recorded_for=guest,
            entry=str(number),
            state=state,
            step="wait",
            began=cast.NOON,
        )
    assert queries.under_way() == [queries.UnderWay(live.uid, "Ask", 2)]


def test_the_first_word_is_the_median_of_what_persons_answered() -> None:
    now = clock.now()
    ada = cast.ada()
    for number, minutes in enumerate((10, 42, 300)):
        heard = asks(cast.contact(f"Guest {number}"), now - timedelta(days=1))
        Message.objects.create(
            contact=heard.contact,
            recorded_for=heard.contact,
            direction="out",
            klass="conversation",
            channel="email",
            origin="reply",
            occurrence=str(number),
            conversation=heard.conversation,
            author=ada,
            state="accepted",
            at=heard.at + timedelta(minutes=minutes),
        )
    assert queries.last_days(now - timedelta(days=30)).first_word == timedelta(minutes=42)


def test_one_press_pauses_everything_and_another_lets_it_go(olga: Client) -> None:
    olga.post(reverse("pause_everything"))
    assert Pause.objects.filter(contact=None, lifted=None).count() == 1
    message = due(cast.alice(), clock.now(), 1, why="everything_stopped")
    Outbox.objects.all().delete()
    assert "1 message piled up" in olga.get(reverse("resume_everything")).content.decode()
    olga.post(reverse("resume_everything"), {"pile": "send"})
    assert not Pause.objects.filter(contact=None, lifted=None).exists()
    assert Outbox.objects.filter(message=message, due__lte=clock.now()).exists()


def test_what_is_late_can_be_dropped_when_the_pause_is_lifted(olga: Client) -> None:
    olga.post(reverse("pause_everything"))
    alice = cast.alice()
    late = due(alice, clock.now() - timedelta(days=2), 1, why="everything_stopped")
    fresh = due(alice, clock.now() - HOUR, 2, why="everything_stopped")
    olga.post(reverse("resume_everything"), {"pile": "drop_late"})
    late.refresh_from_db()
    assert (late.state, late.why) == ("withheld", "dropped_after_pause")
    assert list(Outbox.objects.values_list("message", flat=True)) == [fresh.pk]


def test_agents_cannot_pause_everything(client: Client) -> None:
    client.force_login(cast.ada())
    assert client.post(reverse("pause_everything")).status_code == 403
    page = client.get(reverse("home")).content.decode()
    assert "Pause everything" not in page
    assert "Get ready" not in page


def test_agents_land_in_the_inbox(client: Client) -> None:
    client.force_login(cast.ada())
    assert client.get(reverse("landing")).url == reverse("inbox")


@pytest.mark.parametrize("people", [1, 12])
def test_home_costs_the_same_with_more_people(olga: Client, django_assert_max_num_queries, people: int) -> None:
    now = clock.now()
    for number in range(people):
        guest = cast.contact(f"Guest {number}", f"guest{number}@home.example")
        asks(guest, now - HOUR)
        tells(guest, "Oat.", now)
        due(guest, now, number)
    with django_assert_max_num_queries(40):
        assert olga.get(reverse("home")).status_code == 200
