"""Two conversations become one and one becomes two, and back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crm.contacts.actions import erase
from crm.dialogue.actions import close, note, say, tag
from crm.dialogue.models import Conversation, Joined, Message
from crm.dialogue.queries import lines
from tests import cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def two(alice, ada) -> tuple[Conversation, Conversation]:
    first = say(contact=alice, text="It arrived stale.", channel="email", at=cast.NOON).conversation
    tag(conversation=first, name="complaint", by=ada, at=cast.NOON)
    note(conversation=first, text="@Ada", by=ada, at=cast.NOON)
    close(conversation=first, by=ada, at=cast.NOON)
    second = say(contact=alice, text="Any news?", channel="site", at=cast.NOON + HOUR).conversation
    return first, second


def texts(conversation) -> list[str]:
    return [line.text for line in lines(conversation)]


def press(client, name, *args, **form) -> str:
    return client.post(reverse(name, args=args), form, follow=True).content.decode()


def test_two_are_one_in_the_order_of_their_words_and_two_again(client, ada, two):
    first, second = two
    page = press(client, "merge_talks", second.uid, **{"with": first.uid})
    assert texts(second) == ["It arrived stale.", "@Ada", "Any news?"] and "They are one conversation now." in page
    assert [tagged.tag.name for tagged in second.tagged.all()] == ["complaint"]
    assert "Alice Moreau" not in client.get(reverse("inbox"), {"state": "done"}).content.decode()
    row = Joined.objects.get()
    for _twice in range(2):
        press(client, "undo_merge_talks", row.pk)
        assert (texts(first), texts(second)) == (["It arrived stale.", "@Ada"], ["Any news?"])
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state) == ("done", "needs_answer")
    assert second.last_customer == cast.NOON + HOUR


def test_an_open_one_that_goes_into_a_done_one_opens_it(client, ada, two):
    first, second = two
    press(client, "merge_talks", first.uid, **{"with": second.uid})
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, first.closed, second.state) == ("needs_answer", None, "done")


def test_only_conversations_of_one_person_become_one(client, ada, two):
    other = say(contact=cast.bob(), text="Hello", channel="site", at=cast.NOON).conversation
    for wanted in (other.uid, two[1].uid, "x"):
        assert "Only two conversations" in press(client, "merge_talks", two[1].uid, **{"with": wanted})
    assert not Joined.objects.exists() and texts(other) == ["Hello"]


def test_one_is_two_from_a_line_on_and_one_again(client, ada, alice, two):
    second = two[1]
    line = say(contact=alice, text="And do you have moka?", channel="site", at=cast.NOON + 2 * HOUR)
    page = press(client, "split_talk", line.uid)
    new = Conversation.objects.latest("pk")
    assert (texts(second), texts(new)) == (["Any news?"], ["And do you have moka?"])
    assert new.state == "needs_answer" and "A conversation of its own now." in page
    press(client, "undo_split", second.uid, new.uid)
    assert texts(second) == ["Any news?", "And do you have moka?"]


def test_the_first_line_cannot_be_split_off(client, ada, two):
    assert "nothing would be left" in press(client, "split_talk", Message.objects.earliest("pk").uid)


def test_what_was_joined_is_erased_with_its_person(client, ada, alice, two):
    press(client, "merge_talks", two[1].uid, **{"with": two[0].uid})
    erase(contact=alice, by="Ada", at=cast.NOON)
    assert not Conversation.objects.exists()


def test_strangers_join_nothing(client, two):
    client.logout()
    for name in ("merge_talks", "split_talk"):
        assert "login" in client.post(reverse(name, args=[two[1].uid])).url
        assert client.get(reverse(name, args=[two[1].uid])).status_code == 405
