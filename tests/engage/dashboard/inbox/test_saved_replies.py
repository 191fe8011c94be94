"""What is often said is written once, for whoever reads it; what cannot be written is refused with its place."""

import re

import pytest
from django.urls import reverse

from crm.business.actions import update_business
from crm.dialogue.actions import say
from crm.dialogue.actions.replies import make_ready_replies
from crm.dialogue.models import SavedReply, Tag
from tests import cast
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db
GOOD = {"title": "Hours", "shortcut": "hours", "text": "Hello {{ contact.first_name }}, from {{ business.name }}."}


@pytest.fixture
def olga(client):
    olga = cast.olga()
    client.force_login(olga)
    return olga


def saved(client, **changes):
    return client.post(reverse("new_reply"), GOOD | changes)


def texts(client, contact) -> dict[str, str]:
    talk = say(contact=contact, text="Hello", channel="site", at=cast.NOON).conversation
    found = client.get(reverse("saved_replies", args=[talk.uid])).json()["replies"]
    return {reply["shortcut"]: reply["text"] for reply in found}


def test_it_is_written_for_whoever_the_conversation_is_with(client, olga, alice):
    told(alice, "oat milk")
    update_business(by="Olga", at=cast.NOON, name="Corner")
    assert saved(client).status_code == 302
    saved(client, shortcut="milk", text="A bag{% recall milk %} that goes with {{ value }}{% endrecall %}.")
    assert texts(client, alice) == {
        "hours": "Hello Alice, from Corner.",
        "milk": "A bag that goes with oat milk.",
    }
    assert texts(client, cast.bob())["milk"] == "A bag."


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Hello {{ contact.first_nam }}", "Line 1, column 10"),
        ("One\nTwo {% if %}", "Line 2, column"),
        ("{{ contact.first_name", "Line 1, column"),
        ("{{ secret }}", "There is no secret."),
    ],
)
def test_what_cannot_be_written_is_refused_with_line_and_column(client, olga, text, place):
    answer = saved(client, text=text)
    page = answer.content.decode()
    assert answer.status_code == 400 and place in page and GOOD["title"] in page
    assert not SavedReply.objects.exists()


@pytest.mark.parametrize("changes", [{"shortcut": "two words"}, {"shortcut": ""}, {"text": " "}, {"title": "x" * 81}])
def test_a_form_that_is_not_whole_comes_back(client, olga, changes):
    assert saved(client, **changes).status_code == 400


def test_a_shortcut_means_one_reply_and_it_can_be_changed_and_removed(client, olga):
    saved(client)
    assert saved(client, title="Other").status_code == 400
    one = SavedReply.objects.get()
    url = reverse("change_reply", args=[one.uid])
    assert "hours" in client.get(url).content.decode()
    client.post(url, GOOD | {"title": "When we are open"})
    assert SavedReply.objects.get().title == "When we are open"
    assert "When we are open" in client.get(reverse("settings_replies")).content.decode()
    client.post(reverse("delete_reply", args=[one.uid]))
    assert not SavedReply.objects.exists()


@pytest.mark.parametrize("language", ["en", "es", "zh-hans"])
def test_eight_are_ready_and_can_be_written_for_anybody(client, olga, alice, language):
    update_business(by="Olga", at=cast.NOON, language=language)
    make_ready_replies(by="Engage", at=cast.NOON)
    make_ready_replies(by="Engage", at=cast.NOON)
    found = texts(client, alice)
    assert len(found) == 8 and not any("{" in text for text in found.values())
    assert all(re.search("Alice", text) for text in found.values())
    for reply in SavedReply.objects.all():
        form = {"title": reply.title, "shortcut": reply.shortcut, "text": reply.text}
        assert client.post(reverse("change_reply", args=[reply.uid]), form).status_code == 302


def test_what_the_owner_changed_or_removed_of_the_ready_ones_stays_so(client, olga):
    make_ready_replies(by="Engage", at=cast.NOON)
    client.post(reverse("change_reply", args=[SavedReply.objects.get(ready="hours").uid]), GOOD)
    SavedReply.objects.get(ready="stop").delete()
    make_ready_replies(by="Engage", at=cast.NOON)
    assert SavedReply.objects.get(ready="hours").text == GOOD["text"]
    assert SavedReply.objects.count() == 7


def test_tags_are_renamed_and_removed(client, olga):
    tag, other = Tag.objects.create(name="hours"), Tag.objects.create(name="parcel")
    client.post(reverse("change_conversation_tag", args=[tag.uid]), {"name": "Parcel"})
    client.post(reverse("change_conversation_tag", args=[tag.uid]), {"name": "a,b"})
    tag.refresh_from_db()
    assert tag.name == "hours"
    client.post(reverse("change_conversation_tag", args=[tag.uid]), {"name": "opening"})
    client.post(reverse("change_conversation_tag", args=[other.uid]), {"remove": "1"})
    assert [tag.name for tag in Tag.objects.all()] == ["opening"]


def test_agents_use_them_and_do_not_write_them(client, alice):
    client.force_login(cast.ada())
    make_ready_replies(by="Engage", at=cast.NOON)
    assert len(texts(client, alice)) == 8
    one = SavedReply.objects.first().uid
    for name, args in [("settings_replies", []), ("new_reply", []), ("change_reply", [one]), ("delete_reply", [one])]:
        assert client.post(reverse(name, args=args)).status_code in {403, 405}
        assert client.get(reverse(name, args=args)).status_code in {403, 405}
    assert SavedReply.objects.count() == 8
