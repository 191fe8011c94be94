"""Ask by phone: a colleague types what somebody says. It is theirs, counts once, and is kept where they agreed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.surveys.in_person import LIVES
from campaigns.surveys.models import Response, SignUp
from crm.contacts.models import Consent, Topic
from crm.dialogue.models import Conversation, Message, Occasion
from crm.events.models import Event
from crm.preferences.models import Preference
from engage import listen
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.pages import hidden
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published
from tests.campaigns.surveys.walking import begins, go, says

pytestmark = pytest.mark.django_db
LOW = STARS | {"talk_at_most": 2}
LETTERS = {"id": "letters", "type": "permission", "text": "Yes, write to me.", "topics": ["news"]}


@pytest.fixture
def ada(client):
    person = cast.ada()
    client.force_login(person)
    return person


def asked(client, person, survey="coffee"):
    """The page that opens."""
    opened = client.post(reverse("ask_person", args=[person.uid]), {"survey": survey})
    return client.get(opened.url)


def facts() -> list[dict]:
    listen.run()
    return [event.properties for event in Event.objects.filter(name="Survey Answered")]


@pytest.mark.parametrize(("agreed", "kept"), [({"agreed": "1"}, ["oat milk"]), ({}, [])])
def test_it_is_theirs_with_who_typed_it_and_remembered_where_they_agreed(client, alice, ada, agreed, kept):
    published(MILK, begins("more"), STARS)
    page = asked(client, alice)
    assert says(page, "For Alice Moreau: read it to them") and not says(page, "Write to a person")
    assert not says(page, "They agreed")
    last = go(client, page, milk=1)
    assert says(last, "They agreed that we remember this.") and not says(last, "We’ll remember")
    done = client.post("/s/coffee/", {"form": hidden(last.content.decode()), "q-taste": "5", **agreed})
    assert says(done, "with your name beside it")
    response = Response.objects.get()
    assert (response.contact, response.state, response.origin) == (alice, "final", "person")
    [said] = facts()
    assert said["typed_by"] == "Ada" and said["answers"] == {"milk": "oat milk", "taste": "5"}
    found = Preference.objects.filter(contact=alice)
    assert [one.value for one in found] == kept and {one.by for one in found} <= {"Ada"}
    assert {one.question for one in found} <= {"Which milk do you take?"}
    story = client.get(reverse("person", args=[alice.uid]))
    assert says(story, "Answered “Your coffee”, written down by Ada")


def test_it_counts_once_and_its_page_is_open_for_a_call(client, alice, ada, monkeypatch):
    published(STARS)
    page = asked(client, alice)
    assert says(go(client, page, do="next", taste=5), "It is kept")
    assert says(go(client, page, do="next", taste=1), "answered before")
    assert Response.objects.get().answers["taste"]["value"] == "5"
    later = clock.now() + LIVES + timedelta(minutes=1)
    page = asked(client, alice)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert go(client, page, taste=1).status_code == 410 and Response.objects.count() == 1


def test_that_we_asked_stands_in_the_ledger_and_nothing_goes_out(client, alice, ada):
    published(STARS)
    asked(client, alice)
    message = Message.objects.get()
    assert (message.channel, message.state, message.author, message.klass) == ("task", "delivered", ada, "conversation")
    assert Occasion.objects.get(origin="asked:coffee").due == 1


def test_a_low_score_on_the_phone_comes_to_the_inbox_written_down(client, alice, ada):
    published(LOW, WORDS)
    assert says(go(client, asked(client, alice), taste=1, words="Stale."), "It has come to the Inbox too.")
    talk = Conversation.objects.get()
    assert talk.messages.get().author == ada and "about" not in talk.messages.get().detail
    assert says(client.get(reverse("conversation", args=[talk.uid])), "in a survey, written down by Ada")


def test_a_sign_up_form_mails_them_and_no_colleague_confirms_in_their_place(client, alice, ada):
    Topic.objects.get_or_create(key="news", defaults={"label": "News"})
    published(LETTERS, key="list")
    page = client.get(reverse("ask_person", args=[alice.uid]))
    assert says(page, "only they can confirm it")
    form = hidden(asked(client, alice, "list").content.decode())
    done = client.post("/s/list/", {"form": form, "q-letters": "dora@visitors.test", "do": "next"})
    assert says(done, "Only they can confirm it, by the link in it.")
    wanted = SignUp.objects.get()
    assert (wanted.address, wanted.confirmed, wanted.network_address) == ("dora@visitors.test", None, None)
    assert Message.objects.get(origin="sign-up").address == "dora@visitors.test"
    assert not Consent.objects.exists()


def test_what_can_be_asked_says_when_it_was_answered(client, alice, ada, django_assert_max_num_queries):
    published(STARS)
    go(client, asked(client, alice), taste=5)
    published(MILK, key="milk")
    with django_assert_max_num_queries(14):
        page = client.get(reverse("ask_person", args=[alice.uid]))
    assert [(one.key, bool(one.answered)) for one in page.context["surveys"]] == [("coffee", True), ("milk", False)]
    assert client.post(reverse("ask_person", args=[alice.uid]), {"survey": "gone"}).status_code == 404
    client.logout()
    assert client.post(reverse("ask_person", args=[alice.uid]), {"survey": "milk"}).status_code == 302
