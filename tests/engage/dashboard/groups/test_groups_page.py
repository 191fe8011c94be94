"""Groups: what makes them, how many are in them, and who."""

import json

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
    assert "is in this group" in client.get(one, {"person": lucia.uid}).content.decode()
    why = client.get(one, {"person": alice.uid}).content.decode()
    assert "Alice Moreau is not in this group." in why and "Found: “en”" in why


def test_a_rule_that_can_no_longer_be_read_is_said_so_on_every_page(client, spanish):
    Segment.objects.update(rule={"field": "contact.gone", "op": "is", "value": 1})
    for page in (reverse("groups"), reverse("group", args=[spanish.uid])):
        assert "can no longer be read" in client.get(page).content.decode()
    assert client.get(reverse("count_group", args=[spanish.uid])).status_code == 404


def test_a_ready_groups_numbers_are_changed_without_touching_its_rule(client, max_):
    make_ready(by="Olga", at=cast.NOON)
    quiet = Segment.objects.get(ready="gone-quiet")
    page = client.get(reverse("edit_group", args=[quiet.uid])).content.decode()
    assert "who ordered in the last 60 days (days)" in page
    field = "amount.all.1.none.0.within.days"
    said = {"name": "Gone quiet", "rule": json.dumps(quiet.rule, indent=2), field: "45"}
    looked = client.post(reverse("edit_group", args=[quiet.uid]), said | {"look": "1"}).content.decode()
    assert "in the last 45 days" in looked
    quiet.refresh_from_db()
    assert "45" not in json.dumps(quiet.rule), "to look keeps nothing"
    assert client.post(reverse("edit_group", args=[quiet.uid]), said).status_code == 302
    quiet.refresh_from_db()
    assert quiet.rule["all"][1]["none"][0]["within"] == {"days": 45}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ('{"all": [{"field": "contact.nme", "op": "is", "value": "x"}]}', "Did you mean"),
        ('{"all": [' * 60 + "]}" * 60, "nested 50 deep"),
        (json.dumps({"any": [{"field": "contact.name", "op": "is_known"}] * 10_000})[:200_001], "200000"),
        (json.dumps({"any": [{"did": "order"}] * 10_000}), "500 conditions"),
        (json.dumps({"field": "contact.name", "op": "is", "value": "x" * 100_000}), "longer than 500"),
        ('{"field": "contact.name", "op": "is", "value": "\\u0000"}', "cannot be stored"),
        ("null", "must be an object"),
        ("1" * 9999, "cannot be read as JSON"),
    ],
)
def test_a_bad_rule_is_refused_with_a_message_beside_the_form(client, max_, rule, message):
    answer = client.post(reverse("new_group"), {"name": "Odd", "rule": rule})
    assert answer.status_code == 400
    assert message in answer.content.decode().replace("200,000", "200000")
    assert not Segment.objects.exists()


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
    rule = json.dumps({"did": "segment", "name": str(outer.uid)})
    answer = client.post(reverse("edit_group", args=[spanish.uid]), {"name": "Reads Spanish", "rule": rule})
    assert answer.status_code == 400 and "depend on itself" in answer.content.decode()


def test_people_are_put_in_by_hand_and_taken_out(client, max_, spanish):
    alice = cast.alice()
    assert client.post(reverse("new_picked_group"), {"name": "Friends"}).status_code == 302
    one = reverse("group", args=[(friends := Segment.objects.get(name="Friends")).uid])
    act = reverse("pick_person", args=[friends.uid, alice.uid])
    assert act in client.get(one, {"q": "alice"}).content.decode()
    assert "Alice Moreau is in the group." in client.post(act, follow=True).content.decode()
    assert f"{act}?out=1" in client.get(one).content.decode()
    assert "0 people" in client.post(f"{act}?out=1", follow=True).content.decode()
    assert client.post(reverse("pick_person", args=[spanish.uid, alice.uid])).status_code == 404
    assert client.post(reverse("new_picked_group"), {"name": " "}, follow=True).status_code == 200
    client.force_login(User.objects.get(name="Ada"))
    assert client.post(act).status_code == 403 and client.post(reverse("new_picked_group")).status_code == 403
