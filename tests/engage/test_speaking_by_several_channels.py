"""A message that may go several ways takes the first for which there is an address and a permission."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from campaigns.channels import contents, port
from campaigns.channels.compile import compile_design
from campaigns.channels.port import Channel, Fate, Outcome, Parcel
from campaigns.guards.reasons import sentence
from crm.business.actions import update_business
from crm.business.queries import forget_cached
from crm.contacts.actions import record_consent, suppress
from crm.contacts.models import Contact, Identity, Topic
from crm.dialogue.actions import Draft, queue
from crm.dialogue.models import Message
from engage import speak
from engage.lib import belts, clock
from tests import cast

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 5, 4, 10, tzinfo=UTC)
NUMBER = "+447911123456"


@dataclass
class Pigeons(Channel):
    """They fly to a telephone number."""

    name = "pigeon"
    label = "Pigeon"
    unknown = "We do not know where to fly."
    reached_by = "phone"
    leaves: bool = True
    carried: list[Parcel] = field(default_factory=list)

    def carrier(self):
        return self

    def parcel(self, item, shop):
        return Parcel(item.message.id, item.written.address, item.written.subject)

    def hand_over(self, parcels, turn):
        self.carried += parcels
        turn([], [parcel.key for parcel in self.carried])
        turn([Outcome(parcel.key, Fate.ACCEPTED) for parcel in self.carried], [])


@pytest.fixture
def pigeons(monkeypatch: pytest.MonkeyPatch) -> Pigeons:
    forget_cached()
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    made = Pigeons()
    monkeypatch.setitem(port._channels, made.name, made)
    update_business(by="Olga", at=MORNING, live=True, name="Shop", sender_email="shop@shop.test", weekly_cap=9)
    return made


@pytest.fixture
def news() -> Topic:
    return Topic.objects.create(key="news", label="News")


def permit(person: Contact, topic: Topic, *channels: str) -> None:
    for channel in channels:
        record_consent(contact=person, topic=topic, state="granted", how="form", at=MORNING, channel=channel)


def with_number(person: Contact) -> Contact:
    Identity.objects.create(contact=person, recorded_for=person, kind="phone", value=NUMBER, proof="import")
    return person


def say(person: Contact, topic: Topic, **fields: object) -> Message:
    flown = contents.keep(compile_design("By air", "Hello.", "letter"))
    written = contents.keep(compile_design("By mail", "Hello.", "letter"))
    routes = (("pigeon", flown), ("email", written))
    given = {"klass": "marketing", "origin": "x", "occurrence": "1", "routes": routes, "channel": "pigeon", **fields}
    (pk,) = queue([Draft(contact=person.pk, recorded_for=person.pk, topic=topic.pk, **given)], at=MORNING)
    speak.run()
    return Message.objects.get(pk=pk)


def test_the_first_that_is_open_is_taken(pigeons: Pigeons, news: Topic) -> None:
    alice = with_number(cast.alice())
    permit(alice, news, "pigeon", "email")
    message = say(alice, news)

    assert (message.channel, message.state, message.address) == ("pigeon", "accepted", NUMBER)
    assert [(parcel.address, parcel.content) for parcel in pigeons.carried] == [(NUMBER, "By air")]


def test_without_an_address_a_permission_or_a_right_to_write_there_the_next_is_taken(
    pigeons: Pigeons, news: Topic
) -> None:
    nobody_flew = [cast.alice(), with_number(cast.bob())]
    permit(nobody_flew[0], news, "pigeon", "email")
    permit(nobody_flew[1], news, "email")
    for person in nobody_flew:
        message = say(person, news)
        assert (message.channel, message.subject) == ("email", "By mail")
        assert message.address.endswith("@shop.example")

    carol = cast.contact("Carol Vance", "carol@shop.example")
    Identity.objects.create(contact=carol, recorded_for=carol, kind="phone", value="+447911999999", proof="import")
    permit(carol, news, "pigeon", "email")
    suppress(address="+447911999999", channel="pigeon", reason="asked", by="customer", at=MORNING)
    assert say(carol, news).channel == "email"
    assert pigeons.carried == []


def test_where_none_is_open_each_says_why(pigeons: Pigeons, news: Topic) -> None:
    message = say(cast.alice(), news)

    assert (message.state, message.why) == ("withheld", "no_way")
    assert sentence(state=message.state, why=message.why, detail=message.detail) == (
        "Pigeon: We do not know where to fly. E-mail: We have no permission to write about News."
    )


def test_other_reasons_are_asked_of_the_channel_that_was_taken(pigeons: Pigeons, news: Topic) -> None:
    update_business(by="Olga", at=MORNING, weekly_cap=1)
    alice = with_number(cast.alice())
    permit(alice, news, "pigeon", "email")
    say(alice, news)
    second = say(alice, news, occurrence="2")

    assert (second.state, second.why, second.channel) == ("waiting", "weekly_cap", "pigeon")


def test_both_ways_in_one_chunk_are_handed_to_their_own_carriers(
    pigeons: Pigeons, news: Topic, smtp_sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    from campaigns.channels.email.carriers import carrier
    from engage.lib.server_urls import mailer

    sink = carrier(mailer("EMAIL_URL", smtp_sink.url))
    monkeypatch.setattr(port.channel("email"), "carrier", lambda: sink)
    alice, bob = with_number(cast.alice()), cast.contact("Bob", "bob@customer.test")
    permit(alice, news, "pigeon")
    permit(bob, news, "email")
    drafts = []
    content = contents.keep(compile_design("Hello", "Hello.", "letter"))
    for person in (alice, bob):
        drafts.append(
            Draft(
                contact=person.pk,
                recorded_for=person.pk,
                klass="marketing",
                origin="x",
                occurrence="1",
                topic=news.pk,
                channel="pigeon",
                routes=(("pigeon", content), ("email", content)),
            )
        )
    queue(drafts, at=MORNING)
    speak.run()
    sink.close()

    assert set(Message.objects.values_list("channel", "state")) == {("pigeon", "accepted"), ("email", "accepted")}
    assert len(pigeons.carried) == len(smtp_sink.messages) == 1
