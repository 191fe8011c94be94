"""Groups: what makes them, how many are in them, and who."""

import pytest
from django.urls import reverse

from crm.segments.actions import create_segment
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
