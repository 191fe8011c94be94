"""A photo is entered once, looked at, and then seen by everybody."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from campaigns.contests import deciding, ending
from campaigns.contests.models import Contest, Entry, Share, Small, Vote
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import Limits, Once
from campaigns.surveys.models import Photo, Response
from crm.contacts.actions import erase, merge, undo_merge
from crm.contacts.models import Contact
from crm.dialogue.actions import block
from crm.events.models import Event
from crm.rules import parse
from crm.segments.queries import members
from engage import everything, listen
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import (
    entered,
    jpeg,
    letters,
    link_of,
    now,
    opened,
    own_page,
    path,
    photo_of,
    proof_link,
    send,
)

pytestmark = pytest.mark.django_db


def decided(contest: Contest, *entries: Entry, standing: str = "shown", reason: str = "", by: str = "Ada", at=None):
    at = at or clock.now()
    which = [one.uid for one in entries]
    return deciding.decide(contest=contest, entries=which, standing=standing, reason=reason, by=by, at=at)


def test_what_is_entered_with_a_proved_address_waits_and_is_seen_once_it_is_shown(client):
    contest = opened()
    page = send(client, contest, email="dora@shop.example", caption="Under the <b>pear</b> tree", first_name="Dora")
    assert "One step is left" in said(page) and not Entry.objects.exists()
    own = own_page(contest, client.post(proof_link()))
    entry = Entry.objects.select_related("photo").get()
    assert (entry.standing, entry.caption, entry.shown_as) == ("waiting", "Under the <b>pear</b> tree", "Dora")
    assert entry.response.answers["rights"]["question"].startswith("It is my own photo")
    assert "Your photo has arrived" in said(client.get(own)) and "pear" not in said(client.get(own))
    assert "pear" not in said(client.get(path(contest)))
    assert client.get(photo_of(contest, entry)).status_code == 404 == client.get(own.partition("?")[0]).status_code
    decided(contest, entry)
    gallery = client.get(path(contest)).content.decode()
    assert "Under the &lt;b&gt;pear&lt;/b&gt; tree" in gallery and "Dora" in gallery
    assert "Everybody can see your photo" in said(client.get(own))
    public = said(client.get(own.partition("?")[0]))
    assert f'property="og:image" content="{settings.PUBLIC_URL}{photo_of(contest, entry)}"' in public
    assert not client.cookies


def test_a_link_of_ours_enters_once_and_strangers_are_told_so(client, alice):
    contest = opened(once=Once.LINK)
    assert "Each link in our messages is for one person" in said(client.get(path(contest)))
    assert client.get(f"/s/{contest.survey.key}/").status_code == 403
    entered(contest, alice)
    again = client.get(link_of(contest, alice))
    assert "answered before" in said(again) and Entry.objects.count() == 1


def test_without_a_photo_or_the_tick_nothing_is_entered(client, alice):
    contest = opened()
    url = link_of(contest, alice)
    assert send(client, contest, url=url, photo=b"<script>alert(1)</script>").status_code == 400
    assert send(client, contest, url=url, rights="").status_code == 400
    assert not Entry.objects.exists() and not Response.objects.exists()


def test_a_changed_answer_takes_the_place_of_the_entry_and_is_looked_at_again(client, alice):
    contest = opened()
    set_limits(survey=contest.survey, limits=Limits(once=Once.ADDRESS, changes=True), by="Max", at=clock.now())
    entry = entered(contest, alice, caption="The first")
    url = link_of(contest, alice)
    assert "Answer again" in said(client.get(url))
    send(client, contest, url=f"{url}&change=1", photo=jpeg((40, 80)), caption="The second")
    fresh = Entry.objects.select_related("photo").get()
    assert (fresh.pk, fresh.standing, fresh.caption) == (entry.pk, "waiting", "The second")
    assert fresh.photo != entry.photo and fresh.decided is None
    assert (fresh.small.width, fresh.small.height) == (40, 80) and Small.objects.count() == 1
    assert client.get(photo_of(contest, entry)).status_code == 404


def test_whoever_we_do_not_answer_is_kept_and_shown_to_nobody_and_told_nothing(client, alice):
    contest = opened()
    block(contact=alice, by=cast.ada(), at=clock.now())
    thanks = send(client, contest, url=link_of(contest, alice))
    assert thanks.status_code == 200
    entry = Entry.objects.select_related("photo", "contact").get()
    assert entry.standing == "refused" and client.get(photo_of(contest, entry)).status_code == 404
    listen.run()
    assert not letters(contest) and not Event.objects.filter(name="Contest Entered").exists()


@pytest.mark.parametrize("field", ["ended", "listed"])
def test_what_comes_when_all_is_said_is_an_answer_and_no_entry(client, alice, field):
    contest = opened()
    Contest.objects.update(**{field: clock.now()})
    thanks = send(client, contest, url=link_of(contest, alice))
    assert "photo’s page" not in said(thanks)
    assert Response.objects.filter(state="final").count() == 1 and not Entry.objects.exists()


def test_entering_is_an_event_and_a_rule_speaks_of_it(client, alice):
    contest = opened()
    entry = entered(contest, alice)
    listen.run()
    event = Event.objects.get(name="Contest Entered")
    assert event.contact == alice and event.properties == {
        "contest": contest.survey.key,
        "title": "Summer tables",
        "entry": str(entry.uid),
    }


def asked(**columns: str) -> list[Contact]:
    where = [{"column": name, "op": "is", "value": value} for name, value in columns.items()]
    return members(parse({"did": "entry", "where": where}), at=clock.now())


def test_rules_find_who_entered_what_and_how_it_stands(client, alice, bob):
    contest, other = opened(), opened(title="Winter tables")
    entered(contest, alice), entered(other, bob, shown=False)
    assert asked(contest="Summer tables") == [alice] and asked(standing="waiting") == [bob]


@pytest.mark.parametrize("standing", ["waiting", "refused"])
def test_a_photo_that_is_not_shown_is_given_to_nobody(client, alice, standing):
    contest, other = opened(), opened(title="Winter tables")
    entry = entered(contest, alice)
    ok = client.get(photo_of(contest, entry))
    assert ok["Content-Type"] == "image/jpeg" and ok["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in ok["Content-Security-Policy"] and "private" in ok["Cache-Control"]
    assert client.get(f"{photo_of(contest, entry)}?small").status_code == 200
    assert client.get(f"{path(other)}photo/{entry.photo.uid}").status_code == 404
    assert client.get(f"{path(other)}entry/{entry.uid}/").status_code == 404
    Entry.objects.update(standing=standing)
    assert client.get(photo_of(contest, entry)).status_code == 404
    assert client.get(f"{photo_of(contest, entry)}?small").status_code == 404


def test_the_link_of_one_entry_says_nothing_of_another(client, alice, bob):
    contest = opened()
    own = own_page(contest, send(client, contest, url=link_of(contest, alice)))
    other = entered(contest, bob, shown=False)
    token = own.partition("?own=")[2]
    for wrong in (token, "", "x", "ü\x00", f"{token}x"):
        assert client.get(f"{path(contest)}entry/{other.uid}/", {"own": wrong}).status_code == 404


def test_its_author_is_told_once_in_their_language_and_undo_takes_it_back(client, alice):
    alice.language = "de"
    alice.save()
    contest = opened()
    entry, at = entered(contest, alice, shown=False), clock.now()
    assert len(decided(contest, entry, at=at)) == 1 and decided(contest, entry, at=at) == []
    (letter,) = letters(contest)
    assert letter.klass == "transactional" and f"/contest/{contest.survey.key}/entry/{entry.uid}/" in letter.text
    assert letter.state == "queued" and letter.contact == alice
    moment = deciding.moment_of(at)
    assert deciding.undo(contest=contest, moment=moment, by="Max", at=clock.now()) == 0
    assert deciding.undo(contest=contest, moment=moment, by="Ada", at=clock.now()) == 1
    assert [one.state for one in letters(contest)] == ["withheld"]
    decided(contest, entry, standing="refused", reason="It is <b>blurred</b>.", at=at + timedelta(minutes=1))
    withheld, letter = letters(contest)
    assert withheld.state == "withheld" and "It is <b>blurred</b>." in letter.text
    assert Entry.objects.get().reason == "It is <b>blurred</b>."


def test_after_the_end_a_photo_can_be_taken_down_and_none_be_put_up(client, alice, bob):
    contest = opened()
    one, two = entered(contest, alice), entered(contest, bob, shown=False)
    Contest.objects.update(ended=clock.now())
    with pytest.raises(deciding.HasEnded):
        decided(now(contest), two)
    decided(now(contest), one, standing="refused")
    assert Entry.objects.get(pk=one.pk).standing == "refused"


def test_a_colleague_decides_on_entries_of_this_contest_only(alice):
    contest, other = opened(), opened(title="Winter tables")
    entry = entered(contest, alice, shown=False)
    assert decided(other, entry) == [] and Entry.objects.get().standing == "waiting"


def test_entries_follow_who_became_one_person_and_are_two_again(client, alice, bob):
    contest = opened()
    one, two = entered(contest, alice), entered(contest, bob)
    done = merge(survivor=alice, absorbed=bob, by="Ada", at=clock.now())
    assert set(Entry.objects.values_list("contact", flat=True)) == {alice.pk}
    undo_merge(done, by="Ada", at=clock.now())
    assert Entry.objects.get(pk=two.pk).contact == bob and Entry.objects.get(pk=one.pk).contact == alice


def test_whoever_is_erased_is_gone_from_the_gallery_at_once_with_all_that_was_given(client, alice, bob):
    contest = opened()
    entry, other = entered(contest, alice, caption="Mine"), entered(contest, bob, caption="Theirs")
    vote = {"contest": contest, "contact": bob, "recorded_for": bob, "at": clock.now()}
    Vote.objects.create(entry=entry, **vote)
    Share.objects.create(code="abc", contest=contest, entry=entry, contact=bob, recorded_for=bob, at=clock.now())
    assert everything.everything(alice)["contest_entries"][0]["caption"] == "Mine"
    erase(contact=alice, by="customer", at=clock.now())
    gallery = said(client.get(path(contest)))
    assert "Mine" not in gallery and "Theirs" in gallery
    assert client.get(photo_of(contest, entry)).status_code == 404
    assert Entry.objects.get() == other and Photo.objects.get() == other.photo
    assert not Vote.objects.exists() and not Share.objects.exclude(entry=None).exists() and Small.objects.count() == 1


def test_machines_that_only_look_ahead_enter_nothing(client):
    contest = opened()
    send(client, contest, email="dora@shop.example")
    Client().get(proof_link()), Client().head(proof_link())
    assert not Entry.objects.exists()


def test_undo_of_a_photo_that_was_taken_down_shows_it_as_it_was(client, alice):
    contest = opened()
    entry = entered(contest, alice)
    at = clock.now()
    deciding.decide(contest=contest, entries=[entry.uid], standing="refused", reason="Oh", by="Ada", at=at)
    assert client.get(photo_of(contest, entry)).status_code == 404
    assert deciding.undo(contest=contest, moment=deciding.moment_of(at), by="Ada", at=clock.now()) == 1
    fresh = Entry.objects.get()
    assert (fresh.standing, fresh.decided, fresh.decided_by, fresh.reason) == ("shown", entry.decided, "Max", "")
    assert client.get(photo_of(contest, entry)).status_code == 200
    assert sorted(one.state for one in letters(contest)) == ["queued", "withheld"]


def test_after_the_end_undo_shows_again_what_was_shown_and_lets_nothing_wait_again(alice, bob):
    contest = opened()
    one, two = entered(contest, alice), entered(contest, bob, shown=False)
    shown = clock.now()
    deciding.decide(contest=contest, entries=[two.uid], standing="shown", by="Ada", at=shown)
    ending.end(contest=contest, by="Olga", at=clock.now())
    assert deciding.undo(contest=contest, moment=deciding.moment_of(shown), by="Ada", at=clock.now()) == 0
    taken_down = clock.now()
    deciding.decide(contest=contest, entries=[one.uid], standing="refused", by="Ada", at=taken_down)
    assert deciding.undo(contest=contest, moment=deciding.moment_of(taken_down), by="Ada", at=clock.now()) == 1
    assert set(Entry.objects.values_list("standing", flat=True)) == {"shown"}
