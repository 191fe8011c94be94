"""One person: both sides' words and deeds, what we remember, permission, switches."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from crm.catalog.models import Order, OrderLine
from crm.contacts.actions import merge, pause, record_consent
from crm.contacts.models import Consent, Contact, Identity, MergeProposal, Pause, Suppression, Topic
from crm.dialogue.actions import say
from crm.dialogue.models import Conversation
from crm.events.models import Event
from crm.preferences.actions import Statement, remember
from crm.preferences.models import Preference
from engage.dashboard.person.timeline import timeline
from tests import cast
from tests.crm.dialogue.messages import ours, waiting_for
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def offers():
    return Topic.objects.create(key="offers-here", label="Offers")


def page_of(client, contact, **query) -> str:
    return client.get(reverse("person", args=[contact.uid]), query).content.decode()


def post(client, name, contact, *args, **form):
    return client.post(reverse(name, args=[contact.uid, *args]), form)


def tell(contact, value="oat", at=cast.NOON, **fields):
    statement = {"key": "milk", "kind": "stated", "source_kind": "survey", "source_label": "Welcome survey"}
    remember([Statement(contact.pk, contact.pk, value=value, at=at, **(statement | fields))], at=at)


def did(contact, name="Products Searched", at=cast.NOON, **properties):
    return Event.objects.create(
        contact=contact,
        recorded_for=contact,
        message_id=str(uuid4()),
        kind="track",
        name=name,
        at=at,
        received=at,
        source="site",
        properties=properties,
    )


def bought(contact, number="A1", at=cast.NOON, **fields):
    order = Order.objects.create(
        external_id=number,
        contact=contact,
        recorded_for=contact,
        at=at,
        total="18.00",
        currency="GBP",
        source="import",
        **fields,
    )
    OrderLine.objects.create(order=order, position=1, name="Quay Lane Espresso", quantity=2, price="9.00")
    return order


def everything_of(contact) -> None:
    say(contact=contact, text="It arrived stale.", channel="site", at=cast.NOON)
    ours(contact, occurrence=str(uuid4()))
    waiting_for(contact, occurrence=str(uuid4()))
    did(contact, query="decaf")
    bought(contact, number=str(uuid4()))
    tell(contact, source_id=str(uuid4()))
    topic, _ = Topic.objects.get_or_create(key="news-here", defaults={"label": "News"})
    record_consent(contact=contact, topic=topic, state="granted", how="form", words="Yes please", at=cast.NOON)


def test_the_page_shows_both_sides_words_and_deeds(client, ada, alice):
    everything_of(alice)
    page = page_of(client, alice)
    for words in (
        "It arrived stale.",
        "What do you take in your coffee?",
        "Searched for “decaf”",
        "2 × Quay Lane Espresso",
        "Gave permission to write about News",
        "Welcome survey",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("show", "there", "gone"),
    [
        ("words", "It arrived stale.", "Searched for"),
        ("deeds", "Searched for", "Gave permission"),
        ("permission", "Gave permission", "Searched for"),
        ("nonsense", "Searched for", "no such words"),
    ],
)
def test_the_timeline_can_be_narrowed(client, ada, alice, show, there, gone):
    everything_of(alice)
    shown = client.get(
        reverse("person", args=[alice.uid]), {"show": show}, headers={"HX-Request": "true"}
    ).content.decode()
    assert there in shown and gone not in shown


def test_the_timeline_goes_back_page_by_page_and_loses_nothing(alice):
    for number in range(100):
        did(alice, at=cast.NOON - number // 3 * HOUR)
    seen, before, pages = [], None, 0
    while pages == 0 or before:
        page = timeline(alice, role="owner", before=before)
        seen += [entry.thing.pk for entry in page.entries]
        before, pages = page.before, pages + 1
    assert len(seen) == len(set(seen)) == 100 and pages == 3


@pytest.mark.parametrize("before", ["nonsense", "2026-05-04", "2026-05-04T12:00:00", "", "99999"])
def test_a_time_that_cannot_be_read_begins_at_the_top(client, ada, alice, before):
    did(alice, query="decaf")
    assert "decaf" in page_of(client, alice, before=before)


def test_a_long_history_takes_as_many_queries_as_a_short_one(client, ada, alice):
    url = reverse("person", args=[alice.uid])
    everything_of(alice)
    assert queries_of(client, url) == 40
    for _ in range(20):
        everything_of(alice)
    assert queries_of(client, url) == 40


def test_what_is_remembered_shows_its_source_words_and_what_it_replaced(client, ada, alice):
    tell(alice, "whole", source_id="1")
    tell(alice, "oat", at=cast.NOON + HOUR, source_id="2", words="Oat, please.", question="Which milk?")
    page = page_of(client, alice)
    for words in ("oat", "Oat, please.", "We asked: Which milk?", "told us", "What they said before", "whole"):
        assert words in page


def test_forgotten_is_gone_from_the_page(client, ada, alice):
    tell(alice, "lactose free", words="I cannot drink milk")
    client.post(reverse("forget_memory", args=[Preference.objects.get().uid]))
    page = page_of(client, alice)
    assert "lactose free" not in page and "I cannot drink milk" not in page


def test_muted_stays_known_and_can_be_taken_back(client, ada, alice):
    tell(alice)
    uid = Preference.objects.get().uid
    client.post(reverse("mute_memory", args=[uid]))
    assert "never mentioned" in page_of(client, alice) and not Preference.objects.get().mention
    client.post(reverse("unmute_memory", args=[uid]))
    assert Preference.objects.get().mention


def test_what_waits_says_why_and_what_ends_it(client, ada, alice):
    waiting_for(alice, detail={"since": cast.NOON.isoformat()})
    page = page_of(client, alice)
    assert "Talking with us since" in page and "after you finish." in page


def test_permission_stands_with_its_evidence(client, ada, alice, offers):
    assert "never asked" in page_of(client, alice)
    words = "At the counter: yes, send me offers."
    post(client, "permit_person", alice, topic=offers.key, state="granted", words=words)
    given = Consent.objects.get()
    assert (given.state, given.how, given.by, given.words) == ("granted", "staff", "Ada", words)
    assert words in page_of(client, alice)


def test_permission_without_evidence_is_not_taken(client, ada, alice, offers):
    response = post(client, "permit_person", alice, topic=offers.key, state="granted", words="")
    assert response.status_code == 400 and not Consent.objects.exists()


@pytest.mark.parametrize(("days", "ends"), [("7", True), ("0", False)])
def test_a_pause_is_set_and_lifted(client, ada, alice, days, ends):
    post(client, "pause_person", alice, days=days)
    assert bool(Pause.objects.get(contact=alice).until) is ends
    assert ("Paused until" if ends else "Stopped by Ada") in page_of(client, alice)
    post(client, "unpause_person", alice)
    assert Pause.objects.get().lifted and "Paused until" not in page_of(client, alice)


def test_a_pause_of_no_known_length_changes_nothing(client, ada, alice):
    post(client, "pause_person", alice, days="9999")
    assert not Pause.objects.exists()


def test_a_pause_of_everything_is_not_hers(client, ada, alice):
    pause(contact=None, until=None, by="Olga", at=cast.NOON)
    assert "Stopped by" not in page_of(client, alice)


def test_all_addresses_go_on_the_do_not_write_list(client, ada):
    carol = cast.carol()
    post(client, "suppress_person", carol)
    assert Suppression.objects.count() == 2
    assert "carol@work.example is on the do-not-write list" in page_of(client, carol)


@pytest.mark.parametrize(("who", "may"), [(cast.ada, False), (cast.max_, True), (cast.olga, True)])
def test_an_agent_puts_on_the_list_but_does_not_take_off(client, alice, who, may):
    client.force_login(who())
    post(client, "suppress_person", alice)
    response = post(client, "unsuppress_person", alice)
    assert (response.status_code == 302) is may and Suppression.objects.exists() is not may


@pytest.fixture
def pair(alice):
    twin = cast.contact("A. Moreau", "a.moreau@shop.example")
    return MergeProposal.objects.create(first=alice, second=twin, reasons=["phone"])


def test_two_who_may_be_one_are_merged_and_made_two_again(client, ada, alice, pair):
    assert "May be the same person" in page_of(client, alice)
    post(client, "merge_people", alice, pair.uid)
    assert "May be the same person" not in page_of(client, alice)
    assert Contact.objects.get(pk=pair.second_id).merged_into == alice
    post(client, "unmerge_people", alice, alice.merges.get().uid)
    assert Contact.objects.get(pk=pair.second_id).merged_into is None
    assert "May be the same person" in page_of(client, alice)


def test_the_page_of_somebody_merged_leads_to_who_they_are_now(client, ada, alice, pair):
    merge(survivor=alice, absorbed=pair.second, by="Ada", at=cast.NOON)
    assert client.get(reverse("person", args=[pair.second.uid])).url == reverse("person", args=[alice.uid])


def test_two_who_are_two_are_not_proposed_again(client, ada, alice, pair):
    post(client, "dismiss_pair", alice, pair.uid)
    assert "May be the same person" not in page_of(client, alice)
    assert MergeProposal.objects.get().decided_by == "Ada"


def test_a_pair_of_others_cannot_be_decided_here(client, ada, pair):
    assert post(client, "merge_people", cast.bob(), pair.uid).status_code == 404


def test_writing_first_opens_a_conversation(client, ada, alice):
    response = post(client, "write_to_person", alice)
    assert response.url == reverse("conversation", args=[Conversation.objects.get(contact=alice).uid])


def test_a_claimed_address_is_marked_as_such(client, ada):
    person = cast.contact("Somebody", "somebody@shop.example", proof=Identity.Proof.CLAIM)
    assert "not proved" in page_of(client, person)


def test_whoever_was_erased_shows_nothing_but_that(client, ada, alice):
    everything_of(alice)
    Contact.objects.filter(pk=alice.pk).update(erased=cast.NOON)
    page = page_of(client, alice)
    assert "Everything about this person was erased." in page and "stale" not in page


@pytest.mark.parametrize(("who", "may"), [(cast.ada, False), (cast.max_, False), (cast.olga, True)])
def test_only_the_owner_erases(client, alice, who, may):
    client.force_login(who())
    assert ("Erase everything" in page_of(client, alice)) is may
    assert client.get(reverse("erase_person", args=[alice.uid])).status_code == (200 if may else 403)
    post(client, "erase_person", alice, sure="yes")
    assert bool(Contact.objects.get().erased) is may


def test_erasing_asks_first(client, alice):
    client.force_login(cast.olga())
    everything_of(alice)
    assert post(client, "erase_person", alice).status_code == 400
    assert not Contact.objects.get().erased


def test_whoever_is_erased_is_nowhere_to_be_found(client, alice):
    client.force_login(cast.olga())
    everything_of(alice)
    post(client, "erase_person", alice, sure="yes")
    pages = [reverse("people"), reverse("inbox"), reverse("sent"), reverse("person", args=[alice.uid])]
    shown = "".join(client.get(page).content.decode() for page in pages)
    assert "Alice" not in shown and "stale" not in shown


def test_strangers_see_nobody(client, alice):
    cast.olga()
    for name in ("people", "new_person", "she_said"):
        assert client.get(reverse(name)).status_code == 302
    assert client.get(reverse("person", args=[alice.uid])).status_code == 302


def test_permission_stands_with_how_when_and_by_whom(client, ada, alice, offers):
    record_consent(
        contact=alice,
        topic=offers,
        state="granted",
        how="staff",
        words="Yes, write to me",
        source="At the counter",
        by="Max",
        at=cast.NOON,
    )
    page = page_of(client, alice)
    for evidence in ("told a colleague", "At the counter", "Yes, write to me", "written down by Max"):
        assert evidence in page


def test_the_first_page_of_the_timeline_is_live_and_older_pages_are_not(client, ada, alice):
    did(alice)
    assert 'data-live="inbox told"' in page_of(client, alice)
    assert 'data-live="inbox told"' not in page_of(client, alice, before=(cast.NOON + HOUR).isoformat())


def test_what_only_time_did_is_not_shown_as_a_deed(client, ada, alice):
    for name in ("Date Came", "Stayed Away", "Preference Stale", "Cart Left"):
        did(alice, name, key="allergy")
    page = page_of(client, alice)
    assert "Left a cart" in page
    assert not any(words in page for words in ("Date Came", "Stayed Away", "Preference Stale", "allergy"))


@pytest.mark.parametrize("who", [cast.ada, cast.max_, cast.olga])
def test_permission_is_shown_and_written_down_by_channel(client, alice, offers, who):
    client.force_login(who())
    assert "Text message</h3>" not in page_of(client, alice)
    Identity.objects.create(contact=alice, recorded_for=alice, kind="phone", value="+447911123456", proof="staff")
    assert "Text message</h3>" in page_of(client, alice)

    words = "On the phone: yes, text me."
    post(client, "permit_person", alice, channel="sms", topic=offers.key, state="granted", words=words)
    given = Consent.objects.get()
    assert (given.channel, given.state, given.how, given.words) == ("sms", "granted", "staff", words)
    page = page_of(client, alice)
    assert words in page and "by text message" in page
    post(client, "permit_person", alice, channel="pigeon", topic=offers.key, state="granted", words=words)
    assert Consent.objects.count() == 1


def test_permission_by_channel_is_nothing_for_strangers(client, alice, offers):
    there = reverse("permit_person", args=[alice.uid])
    said = {"channel": "sms", "topic": offers.key, "state": "granted", "words": "yes"}
    assert client.post(there, said).status_code == 302
    assert not Consent.objects.exists()
