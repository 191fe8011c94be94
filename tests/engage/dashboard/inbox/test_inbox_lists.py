"""What narrows the lists, how they go on, and what search shows."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from crm.dialogue import lists
from crm.dialogue.actions import assign, close, say
from crm.dialogue.lists import Narrowing
from crm.dialogue.models import Conversation, Tag, Tagged
from engage.dashboard.shell import frame
from tests import cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def two(alice, ada) -> tuple[Conversation, Conversation]:
    first = say(contact=alice, text="It arrived stale.", channel="email", at=cast.NOON).conversation
    second = say(contact=cast.bob(), text="Are you open?", channel="site", at=cast.NOON + HOUR).conversation
    return first, second


def names(client, **query) -> list[str]:
    page = client.get(reverse("inbox"), query).content.decode()
    return re.findall(r'<p class="row-title">(?:.*</span> )?([^<]+)</p>', page)


def test_each_filter_shows_what_it_says(client, ada, two):
    first, second = two
    assign(conversation=first, to=ada, by=ada, at=cast.NOON)
    Tagged.objects.create(conversation=second, tag=Tag.objects.create(name="hours"), by="Ada")
    Conversation.objects.filter(pk=second.pk).update(urgent=True)
    assert names(client) == ["Bob Stone", "Alice Moreau"], "urgent first"
    assert names(client, mine=1) == ["Alice Moreau"]
    assert names(client, unassigned=1) == ["Bob Stone"]
    assert names(client, channel="email") == ["Alice Moreau"]
    assert names(client, channel="fax") == ["Bob Stone", "Alice Moreau"]
    assert names(client, urgent=1) == ["Bob Stone"]
    assert names(client, tag=Tag.objects.get().uid) == ["Bob Stone"]
    assert names(client, tag=uuid4()) == names(client, tag="x'") == ["Bob Stone", "Alice Moreau"]
    assert names(client, mentions=1) == names(client, spam=1) == []
    assert "Nothing here fits." in client.get(reverse("inbox"), {"spam": 1}).content.decode()


@pytest.mark.parametrize("state", ["needs_answer", "waiting", "later", "done"])
def test_every_page_goes_on_after_the_last_and_none_is_shown_twice(client, ada, state):
    for number in range(120):
        person = cast.contact(f"Person {number:03}")
        talk = say(contact=person, text="Hello", channel="site", at=cast.NOON + number % 7 * HOUR).conversation
        times = dict.fromkeys(("last_staff", "snoozed_until", "closed"), cast.NOON + number % 7 * HOUR)
        Conversation.objects.filter(pk=talk.pk).update(state=state, urgent=number % 5 == 0, **times)
    seen, url = [], f"{reverse('inbox')}?state={state}"
    while url:
        page = client.get(url).content.decode()
        seen += re.findall(r"Person \d{3}</p>", page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("after", ["x", "1_2026-05-04_7", "2_2026-05-04T12:00:00+00:00_7", "0__", "\x00", "0_é_²"])
def test_a_cursor_that_cannot_be_read_begins_at_the_top(client, two, after):
    assert names(client, after=after) == ["Alice Moreau", "Bob Stone"]


def found(client, **asked):
    return client.post(reverse("find_words"), asked, follow=True)


def test_what_was_said_is_found_and_marked_and_nothing_of_it_stands_in_the_url(client, two):
    answer = found(client, words="stale")
    page = answer.content.decode()
    assert "<mark>stale</mark>" in page and "Alice Moreau" in page and "Bob Stone" not in page
    assert "stale" not in answer.redirect_chain[-1][0]
    assert reverse("conversation", args=[two[0].uid]) + "#said-" in page


def test_it_is_found_by_person_day_list_and_way(client, ada, two):
    close(conversation=two[0], by=ada, at=cast.NOON)
    assert "Bob Stone" in found(client, person="stone").content.decode()
    assert "Alice Moreau" in found(client, words="stale", state="done", channel="email").content.decode()
    assert "Alice Moreau" in found(client, words="stale", since="2026-05-04", until="2026-05-04").content.decode()
    assert "Nobody said that." in found(client, words="stale", until="2026-05-03").content.decode()
    assert "Nobody said that." in found(client, words="stale", person="nobody at all").content.decode()


@pytest.mark.parametrize("asked", [{"since": "yesterday"}, {"state": "lost"}, {"words": "x" * 500}, {"words": "\x00"}])
def test_what_cannot_be_searched_for_comes_back_with_a_reason(client, ada, asked):
    assert client.post(reverse("find_words"), asked).status_code == 400


def test_markup_and_signs_in_what_is_searched_for_do_no_harm(client, ada, two):
    assert found(client, words="<b> & ! | ' : \\ stale").status_code == 200
    assert found(client, words="<script>").status_code == 200
    assert client.get(reverse("found_words"), {"found": "not mine", "before": "²"}).status_code == 200


def test_strangers_find_nothing(client, two):
    client.logout()
    assert "login" in client.post(reverse("find_words"), {"words": "stale"}).url
    assert "login" in client.get(reverse("found_words")).url


def test_nothing_is_counted_further_than_a_list_says(client, ada, two, monkeypatch):
    first, second = two
    assign(conversation=first, to=ada, by=ada, at=cast.NOON)
    close(conversation=second, by=ada, at=cast.NOON + HOUR)
    third = say(contact=cast.carol(), text="Is it here?", channel="email", at=cast.NOON + HOUR).conversation
    assert lists.counts(Narrowing()) == {"needs_answer": 2, "waiting": 0, "later": 0, "tasks": 0}
    assert lists.counts(Narrowing(reader=ada.pk, mine=True))["needs_answer"] == 1
    Conversation.objects.filter(pk=third.pk).update(state="waiting")
    assert lists.counts(Narrowing(channel="email")) == {"needs_answer": 1, "waiting": 1, "later": 0, "tasks": 0}
    monkeypatch.setattr(lists, "COUNTED", 1)
    monkeypatch.setattr(frame, "COUNTED", 1)
    page = client.get(reverse("inbox")).content.decode()
    assert page.count('<span class="count">0+</span>') == 4, "two lists, and the room's name in both its places"
