"""An entry that was changed after a colleague had decided on it: both are seen, with what is different."""

import pytest
from django.urls import reverse

from campaigns.contests import deciding
from campaigns.contests.models import Contest, Entry
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import Limits, Once
from campaigns.surveys.models import Response
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import entered, jpeg, link_of, opened, send
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest(client) -> Contest:
    client.force_login(cast.ada())
    contest = opened()
    set_limits(survey=contest.survey, limits=Limits(once=Once.ADDRESS, changes=True), by="Max", at=clock.now())
    return contest


def changed(client, contest: Contest, person, **answers) -> None:
    page = send(client, contest, url=f"{link_of(contest, person)}&change=1", **answers)
    assert page.status_code == 200


def queue(contest: Contest) -> str:
    return reverse("entries_queue", args=[contest.uid])


def test_both_are_seen_with_since_when_the_former_was_shown_and_what_is_different(client, contest, alice):
    entry = entered(contest, alice, caption="The first", first_name="Alice")
    changed(client, contest, alice, photo=jpeg((40, 80)), caption="The second", first_name="Alice")
    page = said(client.get(queue(contest)))
    assert "It was shown from" in page and "Since then it is not shown." in page
    assert "The first" in page and "The second" in page and "The photo and the words are other ones." in page
    assert "The name is another one." not in page
    fresh = Entry.objects.select_related("photo", "was_photo").get()
    assert fresh.was_photo == entry.photo and fresh.was_decided == entry.decided
    former = reverse("former_photo", args=[contest.uid, entry.uid])
    for url, photo in ((reverse("survey_photo", args=[fresh.photo.uid]), fresh.photo), (former, fresh.was_photo)):
        assert f'src="{url}"' in page and client.get(url).content == bytes(photo.data)
    client.logout()
    assert client.get(former).status_code == 302


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"caption": "The second"}, "The words are other ones; the photo is the same."),
        ({"caption": "The first", "photo": jpeg(colour="blue")}, "The photo is another one."),
        ({"caption": "The first", "first_name": "Al"}, "Photo and words are the same. The name is another one."),
        ({"caption": "The first"}, "Nothing of what is shown is different."),
    ],
)
def test_what_is_different_is_said(client, contest, alice, answers, words):
    entered(contest, alice, caption="The first")
    changed(client, contest, alice, **answers)
    assert words in said(client.get(queue(contest)))


def test_one_that_was_not_shown_says_so_with_what_its_author_was_told(client, contest, alice):
    entry = entered(contest, alice, shown=False)
    reason = "It looks like an advertisement."
    deciding.decide(contest=contest, entries=[entry.uid], standing="refused", reason=reason, by="Ada", at=clock.now())
    changed(client, contest, alice, caption="Better")
    page = said(client.get(queue(contest)))
    assert "You did not show it" in page and f"They were told: {reason}" in page and "It was shown from" not in page


def test_changed_twice_it_is_still_put_beside_what_was_shown_and_after_undo_too(client, contest, alice):
    entered(contest, alice, caption="The first")
    changed(client, contest, alice, caption="The second")
    changed(client, contest, alice, caption="The third")
    page = said(client.get(queue(contest)))
    assert "The first" in page and "The third" in page and "The second" not in page
    entry = Entry.objects.get()
    client.post(queue(contest), {"show": str(entry.uid)})
    entry.refresh_from_db()
    client.post(reverse("undo_entries", args=[contest.uid, deciding.moment_of(entry.decided)]))
    page = said(client.get(queue(contest)))
    assert "The first" in page and "The third" in page


def test_a_new_one_says_nothing_of_before_and_one_whose_former_photo_is_gone_does(client, contest, alice, bob):
    entered(contest, bob, shown=False, caption="New")
    assert "was-both" not in client.get(queue(contest)).content.decode()
    entered(contest, alice)
    changed(client, contest, alice, caption="Again")
    Response.objects.filter(state="replaced").delete()
    assert "The photo is gone." in said(client.get(queue(contest)))


def test_the_queue_takes_as_many_queries_for_ten_changed_as_for_two(client, contest):
    def taken(upto: int) -> int:
        for n in range(Entry.objects.count(), upto):
            person = cast.contact(f"Guest {n}", f"guest{n}@shop.example")
            entered(contest, person)
            changed(client, contest, person, caption="Again")
        return queries_of(client, queue(contest))

    taken(1)
    assert taken(2) == taken(10)
