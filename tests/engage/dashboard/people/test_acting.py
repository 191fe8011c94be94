"""From the list to something done to many: who may, the number said first, and the way back."""

import pytest
from django.urls import reverse

from crm.contacts.models import Company, Contact, Pause, Topic
from crm.lists import running
from crm.lists.models import BulkAct
from crm.preferences.models import PreferenceKey
from crm.segments.models import Picked, Segment
from crm.segments.picking import create_picked_segment
from engage.dashboard.people.act_forms import FORMS
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client):
    client.force_login(user := cast.max_())
    return user


def act(client, act: str, *people: Contact, query: str = "", **said):
    who = [str(one.uid) for one in people]
    return client.post(reverse("act_on_people") + query, {"act": act, "who": who, **said}, follow=True)


def test_it_says_how_many_first_and_nothing_happens_until_it_is_sure(client) -> None:
    alice, bob = cast.alice(), cast.bob()
    page = act(client, "pause", alice, bob).content.decode()
    assert "2 people whom you chose." in page and "Pause: 2 people" in page
    assert not Pause.objects.exists()
    page = act(client, "pause", alice, bob, sure="1", days="7").content.decode()
    assert "Paused for 7 days: 2 people." in page and "Undo" in page
    job = BulkAct.objects.get()
    page = client.post(reverse("undo_act", args=[job.uid]), follow=True).content.decode()
    assert "Taken back: 2 people." in page
    assert not Pause.objects.filter(lifted=None).exists()


def test_all_who_fit_is_a_job_that_can_be_left_and_found_again(client, monkeypatch) -> None:
    for n in range(3):
        cast.contact(f"Person {n}", language="en")
    cast.contact("Eva", language="es")
    page = act(client, "pause", query="?language=en", all="1").content.decode()
    assert "All 3 people who fit:" in page and "Language: English" in page
    page = act(client, "pause", query="?language=en", all="1", sure="1", days="0").content.decode()
    assert "It is under way." in page and "Stop it" in page and not Pause.objects.exists()
    assert "Under way" in client.get(reverse("bulk_acts")).content.decode()
    running.run()
    job = BulkAct.objects.get()
    page = client.get(reverse("bulk_act", args=[job.uid])).content.decode()
    assert "Done." in page and "Language: English" in page and Pause.objects.count() == 3
    monkeypatch.setattr("crm.lists.bulk.AT_ONCE", 0)
    page = client.post(reverse("undo_act", args=[job.uid]), follow=True).content.decode()
    assert "It is being undone." in page
    running.run()
    assert "Undone." in client.get(reverse("bulk_act", args=[job.uid])).content.decode()


def test_all_whom_a_search_found_are_kept_by_number_and_the_search_is_not(client) -> None:
    cast.alice(), cast.bob()
    found = client.post(reverse("find_people"), {"q": "alice@"}).url.partition("?")[2]
    act(client, "pause", query=f"?{found}", all="1", sure="1", days="7")
    job = BulkAct.objects.get()
    assert len(job.chosen) == 1 and job.filters == {} and Pause.objects.get().contact.first_name == "Alice"
    assert "alice@" not in str(BulkAct.objects.values())


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("put-in", {"new": "Friends"}),
        ("remember", {"key": "milk", "value": "oat"}),
        ("pause", {"days": "30"}),
        ("lift", {}),
        ("company", {"name": "Harbour Café"}),
        ("withdraw", {"topic": "offers", "words": "They wrote"}),
    ],
)
def test_every_act_is_carried_out_from_its_form(client, key, said) -> None:
    PreferenceKey.objects.create(key="milk", label="Milk")
    Topic.objects.create(key="offers", label="Offers")
    answer = act(client, key, cast.alice(), sure="1", **said)
    assert answer.status_code == 200 and BulkAct.objects.get().state == "done"


def test_the_group_is_one_that_is_kept_by_hand(client) -> None:
    alice, friends = cast.alice(), create_picked_segment(name="Friends", by="Max", at=cast.NOON)
    other = Segment.objects.create(name="By rule", rule={"all": []})
    page = act(client, "put-in", alice).content.decode()
    assert "Friends" in page and "By rule" not in page
    assert act(client, "put-in", alice, sure="1", group=str(other.uid)).status_code == 400
    act(client, "put-in", alice, sure="1", group=str(friends.uid))
    assert Picked.objects.get().by == "Max"


def test_a_company_is_found_whatever_its_letters(client) -> None:
    cafe = Company.objects.create(name="Harbour Café")
    act(client, "company", cast.alice(), sure="1", name="HARBOUR CAFÉ")
    assert Contact.objects.get().company == cafe and BulkAct.objects.get().said["made"] is False


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("put-in", {}),
        ("put-in", {"group": "x"}),
        ("take-out", {"group": ""}),
        ("remember", {"key": "born", "value": "soon"}),
        ("remember", {"key": "none", "value": "x"}),
        ("remember", {"key": "born", "value": "x" * 501}),
        ("pause", {"days": "8"}),
        ("pause", {"days": "\x00"}),
        ("company", {"name": ""}),
        ("company", {"name": "\x00"}),
        ("withdraw", {"topic": "gifts", "words": "x"}),
        ("withdraw", {"topic": "offers", "words": ""}),
    ],
)
def test_what_cannot_be_done_is_asked_again_with_whom_it_is_for(client, key, said) -> None:
    PreferenceKey.objects.create(key="born", label="Born", type="date")
    Topic.objects.create(key="offers", label="Offers")
    alice = cast.alice()
    answer = act(client, key, alice, sure="1", **said)
    page = answer.content.decode()
    assert answer.status_code == 400 and "errorlist" in page and f'name="who" value="{alice.uid}"' in page
    assert not BulkAct.objects.exists()


@pytest.mark.parametrize("who", [[], ["x"], ["0f8fad5b-d9cb-469f-a165-70867728950e"], ["\x00"]])
def test_nobody_chosen_is_said(client, who) -> None:
    answer = client.post(reverse("act_on_people"), {"act": "pause", "who": who}, follow=True)
    assert "Choose somebody first." in answer.content.decode()


@pytest.mark.parametrize("key", ["erase", "permit", "", "\x00"])
def test_there_is_no_such_act(client, key) -> None:
    assert act(client, key, cast.alice(), sure="1").status_code == 404


def test_erasing_and_giving_permission_are_no_acts_on_many() -> None:
    assert not {"erase", "grant", "permit"} & FORMS.keys()


def test_agents_act_on_a_page_and_never_on_all_who_fit(client) -> None:
    alice, bob = cast.alice(), cast.bob()
    client.force_login(cast.ada())
    assert act(client, "pause", all="1").status_code == 403
    assert act(client, "pause", all="1", sure="1", days="7").status_code == 403
    assert act(client, "put-in", alice).status_code == 403
    assert act(client, "company", alice, sure="1", name="X").status_code == 403
    page = client.get(reverse("people")).content.decode()
    assert 'value="pause"' in page and 'value="put-in"' not in page and 'name="all"' not in page
    act(client, "pause", alice, sure="1", days="7")
    assert Pause.objects.get().by == "Ada"
    assert bob.pauses.count() == 0


def test_agents_take_back_only_what_they_did(client) -> None:
    alice = cast.alice()
    act(client, "pause", alice, sure="1", days="7")
    theirs = BulkAct.objects.get()
    client.force_login(cast.ada())
    assert client.post(reverse("undo_act", args=[theirs.uid])).status_code == 404
    assert client.get(reverse("bulk_act", args=[theirs.uid])).status_code == 404
    assert client.get(reverse("bulk_acts")).status_code == 403
    assert client.post(reverse("stop_act", args=[theirs.uid])).status_code == 403
    assert client.post(reverse("go_on_act", args=[theirs.uid])).status_code == 403
    act(client, "pause", cast.bob(), sure="1", days="7")
    hers = BulkAct.objects.latest("pk")
    assert client.post(reverse("undo_act", args=[hers.uid])).status_code == 302
    hers.refresh_from_db()
    assert hers.state == "undone"


def test_more_than_a_page_is_not_taken_as_chosen(client) -> None:
    people = [cast.contact(f"Person {n}") for n in range(60)]
    act(client, "pause", *people, sure="1", days="7")
    assert Pause.objects.count() == 50


def test_the_number_in_the_list_comes_by_itself(client) -> None:
    cast.alice(), cast.bob()
    assert client.get(reverse("count_people")).content.decode() == "2 people"
    assert client.get(reverse("count_people"), {"language": "en"}).content.decode() == "1 person"
    assert client.get(reverse("count_people"), {"told": "none"}).status_code == 404
