"""Everything we say, accounted for, with its reason; what Test kept; what could not be read."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.channels.skeleton import Part, Skeleton, Slot
from crm.dialogue.actions import Draft, owe, queue
from crm.dialogue.models import Content, Message, Outbox, Rendered, Touch
from crm.events.models import DeadLetter, Inbox
from tests import cast
from tests.crm.dialogue.messages import ours, waiting_for
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
ORIGIN = "journey:x:ask"


@pytest.fixture
def alice():
    return cast.alice()


@pytest.fixture(autouse=True)
def max_(client):
    max_ = cast.max_()
    client.force_login(max_)
    return max_


@pytest.fixture
def kept(alice) -> Message:
    """A letter that Test kept, with two slots filled."""
    skeleton = Skeleton(
        slots=(Slot("{{ contact.first_name }}", "subject"), Slot("{{ contact.first_name }}", "html")),
        subject=Part(("Hello ", ""), (0,)),
        html=Part(("<!doctype html><html><head></head><body><p>Dear ", "</p></body></html>"), (1,)),
        text=Part(("Dear ", ""), (1,)),
        links=(),
    )
    content = Content.objects.create(digest=skeleton.digest, label="Welcome", skeleton=skeleton.to_json())
    message = ours(alice, state="kept", content=content, subject="Hello Alice", settled=cast.NOON)
    Rendered.objects.create(message=message, slots=["Alice", "Alice"])
    return message


def page_of(client, name, *args, **query) -> str:
    return client.get(reverse(name, args=args), query).content.decode()


@pytest.mark.parametrize("name", ["messages", "sent", "outbox", "unreadable", "shop_products", "shop_orders"])
def test_agents_are_refused_and_owners_let_in(client, name):
    client.force_login(cast.ada())
    assert client.get(reverse(name)).status_code == 403
    client.force_login(cast.olga())
    assert client.get(reverse(name)).status_code == 200
    client.logout()
    assert client.get(reverse(name)).status_code == 302


def test_agents_may_see_the_one_letter_that_somebody_answers(client, kept):
    client.force_login(cast.ada())
    assert client.get(reverse("letter", args=[kept.uid])).status_code == 200


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("messages", "Nothing is going out."),
        ("sent", "Nothing here yet."),
        ("outbox", "The Outbox is empty."),
        ("unreadable", "Everything that came in could be read."),
        ("shop_products", "No products yet."),
        ("shop_orders", "No orders yet."),
    ],
)
def test_empty_pages_say_what_would_be_there(client, name, words):
    assert words in page_of(client, name)


def test_the_queue_is_summed_by_what_speaks(client, alice):
    queue([Draft(alice.pk, alice.pk, "marketing", ORIGIN, str(n), subject="Hello") for n in range(3)], at=cast.NOON)
    page = page_of(client, "messages")
    assert "about to go" in page and "A journey" in page


def test_what_waits_says_why(client, alice):
    Outbox.objects.create(message=waiting_for(alice), lane=1, due=cast.NOON)
    assert "A conversation with us is open." in page_of(client, "messages")


def test_each_due_message_is_accounted_for(client, alice):
    ours(alice, occurrence="1")
    ours(alice, occurrence="2", state="withheld", why="no_consent", detail={"topic": "Offers"})
    waiting_for(alice, occurrence="3")
    owe({ORIGIN: 3})
    page = page_of(client, "sent")
    assert "does not add up" not in page
    assert "We have no permission to write about Offers." in page


def test_a_message_that_is_missing_is_not_hidden(client, alice):
    ours(alice)
    owe({ORIGIN: 2})
    assert "does not add up: 1" in page_of(client, "sent")


@pytest.mark.parametrize(("term", "there"), [("sent", True), ("withheld", False), ("nonsense", True)])
def test_the_ledger_can_be_narrowed_to_a_term(client, alice, term, there):
    ours(alice)
    assert ("What do you take in your coffee?" in page_of(client, "sent", term=term)) is there


def test_the_ledger_takes_as_many_queries_for_fifty_messages_as_for_one(client):
    def add(count: int, name: str) -> None:
        for number in range(count):
            ours(cast.contact(f"Person {name} {number}"), origin=f"journey:{name}:{number}")
            owe({f"journey:{name}:{number}": 1})

    add(1, "a")
    assert queries_of(client, reverse("sent")) == 7
    add(15, "b")
    assert queries_of(client, reverse("sent")) == 7


def test_the_ledger_goes_back_page_by_page(client, alice):
    for number in range(60):
        ours(alice, occurrence=str(number), subject=f"Letter {number}.", at=cast.NOON + timedelta(minutes=number // 3))
    response = client.get(reverse("sent"))
    cursor = response.context["page"].next
    shown = response.context["page"].rows + client.get(reverse("sent"), {"cursor": cursor}).context["page"].rows
    assert len(shown) == len(set(shown)) == 60


def test_a_letter_is_shown_as_it_was_written(client, kept):
    response = client.get(reverse("letter", args=[kept.uid]))
    assert "<p>Dear Alice</p>" in response.content.decode()
    assert "sandbox" in response["Content-Security-Policy"] and "script-src" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(("state", "readable"), [("kept", True), ("accepted", False), ("unknown", False)])
def test_a_code_that_left_is_for_its_receiver_alone(client, kept, state, readable):
    Message.objects.filter(pk=kept.pk).update(klass="security", state=state)
    assert ("Dear Alice" in page_of(client, "letter", kept.uid)) is readable


def test_a_letter_that_is_not_written_yet_says_so(client, alice):
    message = waiting_for(alice, subject="")
    assert "This message is written when it goes out" in page_of(client, "letter", message.uid)


def test_what_they_wrote_is_no_letter_of_ours(client, alice):
    theirs = ours(alice, direction="in", state="received")
    assert client.get(reverse("letter", args=[theirs.uid])).status_code == 404


def test_the_outbox_shows_a_letter_in_a_frame_without_scripts(client, kept):
    page = page_of(client, "outbox")
    assert "Hello Alice" in page and f'src="{reverse("letter", args=[kept.uid])}"' in page
    assert "allow-scripts" not in page and "allow-same-origin" not in page


def test_the_outbox_shows_a_letter_as_on_a_phone(client, kept):
    assert "letter-phone" in page_of(client, "outbox", width="phone", message=str(kept.uid))


def test_a_message_says_what_became_of_it_and_never_that_it_was_sent_in_test(client, kept):
    page = page_of(client, "message", kept.uid)
    assert "kept in the Outbox" in page and ">sent<" not in page


def test_what_could_not_be_read_shows_why_and_what_came(client):
    DeadLetter.objects.create(received=cast.NOON, source="site", body='{"event": 7}', reason="The event has no name.")
    page = page_of(client, "unreadable")
    assert "The event has no name." in page and "&quot;event&quot;: 7" in page


def test_what_could_not_be_read_can_be_tried_again_once(client):
    letter = DeadLetter.objects.create(received=cast.NOON, source="site", body='{"event": 7}', reason="No name.")
    for _ in range(2):
        client.post(reverse("retry_unreadable", args=[letter.uid]))
    assert Inbox.objects.count() == 1
    assert "Everything that came in could be read." in page_of(client, "unreadable")


def test_one_that_went_inside_another_leads_to_it_and_shows_the_mail_that_went(client, kept, alice):
    inside = ours(alice, state="withheld", why="merged", inside=kept, subject="Tea is back", origin="journey:x:tea")
    owe({"journey:x:tea": 1})

    page = page_of(client, "message", inside.uid)
    assert "in another message" in page
    assert "Put into another message, so that one comes instead of several." in page
    assert reverse("message", args=[kept.uid]) in page
    assert "Dear Alice" in page_of(client, "letter", inside.uid)
    carrier = page_of(client, "message", kept.uid)
    assert "Other messages in it" in carrier
    assert reverse("message", args=[inside.uid]) in carrier
    assert reverse("message", args=[kept.uid]) in page_of(client, "sent", term="withheld")
    assert reverse("message", args=[kept.uid]) in page_of(client, "person", alice.uid)


def test_a_message_says_what_came_back_and_what_programs_did(client, alice):
    when = {"delivered": cast.NOON, "bounced": cast.NOON, "complained": cast.NOON, "opened": cast.NOON}
    detail = {"bounce": "hard", "cause": "no_mailbox", "words": "550 5.1.1 no such user"}
    message = ours(alice, state="bounced", why="bounced", detail=detail, settled=cast.NOON, **when)
    for number in range(3):
        Touch.objects.create(message=message, kind="clicked", link=str(number), at=cast.NOON, machine="burst")
    page = client.get(reverse("message", args=[message.uid])).content.decode()
    for words in ("Delivered", "Came back", "Marked as spam", "Opened", "refused for good: 550 5.1.1 no such user"):
        assert words in page
    assert "3 links and pictures were fetched by programs" in page
