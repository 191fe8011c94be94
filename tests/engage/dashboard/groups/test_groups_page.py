"""Groups: what makes them, how many are in them, and who."""

import pytest
from django.urls import reverse

from crm.business.models import User
from crm.segments.actions import create_segment
from crm.segments.models import Segment
from crm.segments.ready import make_ready
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ada(client):
    client.force_login(cast.ada())


@pytest.fixture
def spanish():
    rule = {"field": "contact.language", "op": "is", "value": "es"}
    return create_segment(name="Reads Spanish", rule=rule, by="Olga", at=cast.NOON)


def test_each_group_says_what_makes_it(client):
    make_ready(by="Olga", at=cast.NOON)
    page = client.get(reverse("groups")).content.decode()
    for name in ("New", "Regular", "Best", "Gone quiet", "Never bought"):
        assert name in page


def test_no_groups_say_which_there_could_be(client):
    assert "No groups yet." in client.get(reverse("groups")).content.decode()


def test_how_many_comes_by_itself(client, spanish):
    cast.contact("Lucía Ortega", language="es"), cast.alice()
    assert client.get(reverse("count_group", args=[spanish.uid])).content.decode() == "1 person"


def test_people_are_narrowed_to_a_group_and_searched_within_it(client, spanish):
    cast.contact("Lucía Ortega", language="es"), cast.alice()
    page = client.get(reverse("people"), {"group": spanish.uid}).content.decode()
    assert "Lucía Ortega" in page and "Alice Moreau" not in page
    within = client.post(f"{reverse('find_people')}?group={spanish.uid}", {"q": "o"}, follow=True).content.decode()
    assert "Lucía Ortega" in within and "Alice Moreau" not in within


@pytest.mark.parametrize("uid", ["nonsense", "01990000-0000-7000-8000-000000000000"])
def test_a_group_that_is_not_there_is_a_page_that_is_not(client, uid):
    assert client.get(reverse("people"), {"group": uid}).status_code == 404


@pytest.fixture
def max_(client):
    client.force_login(cast.max_())


def test_one_group_shows_who_is_in_it_and_why_somebody_is_not(client, spanish):
    lucia, alice = cast.contact("Lucía Ortega", language="es"), cast.alice()
    one = reverse("group", args=[spanish.uid])
    page = client.get(one).content.decode()
    assert "People whose language is “es”" in page and "1 person" in page and "Lucía Ortega" in page
    assert "is in this group" in client.post(one, {"person": lucia.uid}).content.decode()
    why = client.post(one, {"person": alice.uid}).content.decode()
    assert "Alice Moreau is not in this group." in why and "Found: “en”" in why
    found = client.post(one, {"q": "moreau", "find": "1"}).content.decode()
    assert f'name="person" value="{alice.uid}"' in found
    assert "Nobody of that name" in client.post(one, {"q": "zzz", "find": "1"}).content.decode()
    assert client.post(one, {"person": "nonsense"}).status_code == 200


def test_a_rule_that_can_no_longer_be_read_is_said_so_on_every_page(client, spanish):
    Segment.objects.update(rule={"field": "contact.gone", "op": "is", "value": 1})
    for page in (reverse("groups"), reverse("group", args=[spanish.uid])):
        assert "can no longer be read" in client.get(page).content.decode()
    assert client.get(reverse("count_group", args=[spanish.uid])).status_code == 404


def test_agents_look_and_do_not_write(client, spanish):
    assert client.get(reverse("group", args=[spanish.uid])).status_code == 200
    for name, args in (("new_group", []), ("edit_group", [spanish.uid]), ("delete_group", [spanish.uid])):
        assert client.post(reverse(name, args=args)).status_code == 403


def test_a_group_in_use_is_kept_and_says_what_uses_it(client, max_, spanish):
    rule = {"did": "segment", "name": str(spanish.uid)}
    outer = create_segment(name="Reads Spanish and more", rule=rule, by="Olga", at=cast.NOON)
    refused = client.post(reverse("delete_group", args=[spanish.uid]), follow=True).content.decode()
    assert "depends on it: Reads Spanish and more" in refused
    assert client.post(reverse("delete_group", args=[outer.uid])).status_code == 302
    assert client.post(reverse("delete_group", args=[spanish.uid])).status_code == 302
    assert not Segment.objects.exists()


def test_a_group_never_leads_back_to_itself(client, max_, spanish):
    outer = create_segment(name="Outer", rule={"did": "segment", "name": str(spanish.uid)}, by="Olga", at=cast.NOON)
    said = {"r.about": "did:segment", "r.name": str(outer.uid), "name": "Reads Spanish", "keep": "1"}
    answer = client.post(reverse("edit_group", args=[spanish.uid]), said)
    assert answer.status_code == 400 and "depend on itself" in answer.content.decode()


def test_people_are_put_in_by_hand_and_taken_out(client, max_, spanish):
    alice = cast.alice()
    assert client.post(reverse("new_picked_group"), {"name": "Friends"}).status_code == 302
    one = reverse("group", args=[(friends := Segment.objects.get(name="Friends")).uid])
    act = reverse("pick_person", args=[friends.uid, alice.uid])
    assert act in client.post(one, {"q": "alice", "find": "1"}).content.decode()
    assert "Alice Moreau is in the group." in client.post(act, follow=True).content.decode()
    assert f"{act}?out=1" in client.get(one).content.decode()
    assert "0 people" in client.post(f"{act}?out=1", follow=True).content.decode()
    assert client.post(reverse("pick_person", args=[spanish.uid, alice.uid])).status_code == 404
    assert client.post(reverse("new_picked_group"), {"name": " "}, follow=True).status_code == 200
    client.force_login(User.objects.get(name="Ada"))
    assert client.post(act).status_code == 403 and client.post(reverse("new_picked_group")).status_code == 403
