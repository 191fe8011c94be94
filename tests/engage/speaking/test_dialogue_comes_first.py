"""While a person talks with us, nothing goes out by itself: over every sender, class and channel that there is."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.channels import port
from campaigns.guards.guards import GUARDS, talking
from crm.contacts.actions import record_consent
from crm.contacts.models import Contact, Identity, Topic
from crm.dialogue.actions import close, reply, say
from crm.dialogue.models import Conversation, Message
from crm.dialogue.queries import lines
from tests import cast
from tests.engage.speaking.messages import MORNING, say_it

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PASSES = {"conversation", "security", "transactional"}
"""Staff's own words, sign-in codes, receipts."""
PLACES = {"email": "alice@shop.example", "phone": "+447700900123", "anonymous": "device-1", "push": "0" * 64}
ROOT = Path(__file__).parents[3]


def sources() -> dict[str, str]:
    rooms = [path for room in ("crm", "campaigns", "engage") for path in (ROOT / room).rglob("*.py")]
    away = ("migrations", "bench", "seeds")
    return {str(path.relative_to(ROOT)): path.read_text() for path in rooms if not set(away).intersection(path.parts)}


def where(pattern: str) -> set[str]:
    return {name for name, text in sources().items() if re.search(pattern, text)}


@pytest.fixture
def reachable(alice: Contact, news: Topic) -> Contact:
    """Alice can be reached by every channel, and agreed to each."""
    for name, channel in CHANNELS.items():
        kind = channel.reached_by
        if kind:
            known = {"recorded_for": alice, "proof": Identity.Proof.LINK}
            Identity.objects.get_or_create(contact=alice, kind=kind, value=PLACES[kind], defaults=known)
        record_consent(
            contact=alice, topic=news, channel=name, state="granted", how="double_opt_in", at=MORNING - 99 * HOUR
        )
    return alice


@pytest.fixture
def open_talk(reachable: Contact) -> Conversation:
    return say(contact=reachable, text="It arrived stale.", channel="site", at=MORNING - HOUR).conversation


CHANNELS = {name: port.channel(name) for name in port.names()}
CELLS = [(name, klass) for name in CHANNELS for klass in Message.Class.values]


def speak_of(person: Contact, news: Topic, name: str, klass: str) -> Message:
    words = {"subject": "Words", "text": "Words"} if klass != "marketing" else {}
    return say_it(person, news, klass=klass, channel=name, origin=f"x:{name}:{klass}", **words)


@pytest.mark.parametrize(("name", "klass"), CELLS)
def test_only_what_may_passes_a_conversation_that_is_open(reachable, news, open_talk, name, klass):
    message = speak_of(reachable, news, name, klass)
    if klass in PASSES:
        assert message.why != "talking" and message.state != "waiting"
    else:
        assert (message.state, message.why) == ("waiting", "talking")


@pytest.mark.parametrize("name", CHANNELS)
def test_the_same_goes_when_nobody_talks_or_the_conversation_is_done(reachable, news, open_talk, name):
    close(conversation=open_talk, by=cast.ada(), at=MORNING)
    assert speak_of(reachable, news, name, "marketing").why != "talking"


def test_every_class_is_either_held_or_named_as_one_that_passes():
    held = next(classes for guard, classes in GUARDS if guard is talking)
    assert held | PASSES == set(Message.Class.values) and not held & PASSES


@pytest.mark.parametrize(("hours", "holds"), [(47, True), (49, False)])
def test_it_ends_48_hours_after_our_last_word(reachable, news, open_talk, hours, holds):
    seen = lines(open_talk).last().pk
    reply(conversation=open_talk, text="A new bag.", by=cast.ada(), at=MORNING - hours * HOUR, seen=seen)
    assert (speak_of(reachable, news, "email", "marketing").why == "talking") is holds


def test_while_we_owe_an_answer_it_stays_however_long(reachable, news, open_talk):
    Conversation.objects.update(opened=MORNING - 900 * HOUR, last_customer=MORNING - 900 * HOUR)
    assert speak_of(reachable, news, "email", "marketing").why == "talking"


def test_there_is_no_way_out_but_by_the_belt_that_asks_the_guards():
    """A sender that is new fails here: it is added to this list together with the class of what it says."""
    assert where(r"INSERT INTO crm_dialogue_outbox") == {
        "campaigns/broadcasts/releasing.py",
        "crm/dialogue/actions/doubtful.py",
        "crm/dialogue/actions/holding.py",
        "crm/dialogue/actions/pile.py",
        "crm/dialogue/actions/queue.py",
    }
    assert where(r"[^.\w](queue|dialogue\.queue)\(\[") == {
        "campaigns/board/telling.py",  # transactional: news that they ticked
        "campaigns/proving/actions.py",  # security: was it you
        "campaigns/channels/email/received/confirming.py",  # security: that there will be no more
        "campaigns/contests/answering.py",  # transactional: how it ended, to whoever took part
        "campaigns/contests/telling.py",  # transactional: whether their photo is shown
        "campaigns/journeys/carrying.py",
        "campaigns/surveys/confirming/own_answers.py",  # security: was the answer theirs
        "campaigns/surveys/confirming/signing.py",
        "crm/dialogue/actions/answering.py",
        "crm/dialogue/actions/closed.py",  # conversation: until when we are closed
        "crm/dialogue/actions/replying.py",
        "engage/dashboard/firstrun/letter.py",
        "engage/memory/mail.py",
    }
    assert where(r"port\.hand_over\(") == {
        "engage/dashboard/settings/channels.py",  # a test to the number that the owner types
        "engage/speak.py",
    }
    assert where(r"\b(send_mail|send_mass_mail|EmailMessage|mail_admins|mail_managers)\(") <= {
        "engage/escalations.py",
        "engage/reminders.py",
        "engage/notices.py",
        "engage/piles.py",
    }, "mail to colleagues only"
