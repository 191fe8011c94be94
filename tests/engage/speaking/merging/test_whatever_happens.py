"""Whatever happens to messages that may be merged: every sum adds up, and every block goes out once."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.channels import contents
from crm.business.actions import update_business
from crm.contacts.actions import record_consent
from crm.contacts.models import Contact, Topic
from crm.dialogue import outbox
from crm.dialogue.ledger import sums
from crm.dialogue.models import Message, Occasion, Outbox
from crm.dialogue.outbox import Settled
from tests import cast
from tests.engage.speaking.merging.held import MORNING, NIGHT, Time, decided, permitted, queued

pytestmark = pytest.mark.django_db

MESSAGES = st.lists(
    st.tuples(st.sampled_from(["merge", "wait", "drop"]), st.booleans(), st.sampled_from(["offers", "news"])),
    min_size=1,
    max_size=9,
)
EVENTS = st.lists(st.sampled_from(["go", "accepted", "failed", "unknown", "deferred", "killed", "night", "withdraw"]),
                  max_size=8)  # fmt: skip


@settings(max_examples=30)
@given(MESSAGES, EVENTS, st.integers(1, 9))
def test_whatever_happens_every_sum_adds_up_and_every_block_goes_out_once(messages, events, cap) -> None:
    Contact.objects.all().delete()
    Message.objects.all().delete()
    Time.now = NIGHT
    Occasion.objects.all().delete()
    Time.live = True
    update_business(by="test", at=NIGHT, timezone="UTC", weekly_cap=cap)
    topics = {key: Topic.objects.get_or_create(key=key, label=key)[0] for key in ("offers", "news")}
    alice = permitted(cast.contact("Alice", "alice@shop.example"), *topics.values())
    made = []
    for number, (on_hold, early, topic) in enumerate(messages):
        Time.now = NIGHT if early else MORNING
        made.append(queued(alice, topics[topic], f"Block{number}. words", on_hold=on_hold))
    _happens(alice, topics["news"], ["night", *events, "go", "accepted"])

    left: dict[str, int] = {}
    for message in Message.objects.filter(state__in=["accepted", "unknown"]).select_related("rendered"):
        text = contents.shown(message).text
        for number in range(len(made)):
            left[f"Block{number}."] = left.get(f"Block{number}.", 0) + text.count(f"Block{number}.")
    for number, message in enumerate(made):
        message.refresh_from_db()
        carrier = message.inside or message
        went = carrier.state in {"accepted", "unknown"}
        assert left.get(f"Block{number}.", 0) == went, (message.state, message.why)
        assert (message.inside is not None) == (message.state == "withheld" and message.why == "merged")
    assert all(line.adds_up for line in sums())
    waiting = Message.objects.filter(state__in=["waiting", "queued", "claimed"])
    assert {m.pk for m in waiting} == set(Outbox.objects.values_list("message_id", flat=True))


def _happens(alice: Contact, news: Topic, events: list[str]) -> None:
    """Each is one turn of the belt: what it decided ends so, or its worker dies."""
    for event in events:
        Time.now = NIGHT if event == "night" else MORNING
        if event == "withdraw":
            record_consent(contact=alice, topic=news, state="withdrawn", how="link", at=Time.now)
            continue
        Outbox.objects.filter(due__lt=datetime(2990, 1, 1, tzinfo=UTC)).update(due=datetime(2020, 1, 1, tzinfo=UTC))
        ready = decided(at=Time.now)
        why, until = ("deferred", MORNING) if event == "deferred" else ("refused" if event == "failed" else "", None)
        state = {"deferred": "waiting", "go": "accepted", "night": "accepted"}.get(event, event)
        if event != "killed":
            outbox.settle([Settled(pk, state, why, {"reply": ""}, until) for pk in ready], at=Time.now)
        Outbox.objects.update(lease=None, lease_until=None)
