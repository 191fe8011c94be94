"""Views of the list: a name for its filters, columns and order, one's own or the team's."""

import pytest
from django.urls import reverse

from crm.lists.models import Shown, View
from crm.preferences.actions import Statement, remember
from crm.preferences.models import PreferenceKey
from tests import cast
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client):
    client.force_login(user := cast.max_())
    return user


def saved(client, name: str = "English", query: str = "?language=en&order=name", **said: str) -> View:
    answer = client.post(reverse("save_view") + query, {"name": name, **said})
    assert answer.status_code == 302
    return View.objects.latest("pk")


def page(client, url: str = "") -> str:
    answer = client.get(url or reverse("people"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_view_keeps_filters_columns_and_order_and_stands_over_the_list(client) -> None:
    cast.contact("Zoe", language="en"), cast.contact("Adam", language="en"), cast.contact("Eva", language="es")
    client.post(reverse("choose_columns"), {"columns": ["country"]})
    view = saved(client)
    assert (view.filters, view.columns, view.order) == ({"language": "en"}, ["country"], "name")
    url = f"{reverse('people')}?view={view.uid}&language=en&order=name"
    assert url.replace("&", "&amp;") in page(client)
    client.post(reverse("choose_columns"), {"columns": ["phone"]})
    shown = page(client, url)
    assert shown.index("Adam") < shown.index("Zoe") and "Eva" not in shown
    assert ">Country</th>" in shown and ">Phone</th>" not in shown
    assert 'aria-current="page">English' in shown


def test_what_was_searched_for_is_not_kept(client) -> None:
    cast.alice()
    found = client.post(reverse("find_people"), {"q": "alice@shop.example"}).url
    view = saved(client, query=f"?{found.partition('?')[2]}&language=en")
    assert view.filters == {"language": "en"}


def test_only_who_made_it_sees_it_until_it_is_shared(client, max_) -> None:
    mine, ours = saved(client, "Mine"), saved(client, "Ours", shared="on")
    client.force_login(cast.ada())
    shown = page(client)
    assert "Ours" in shown and "Mine" not in shown
    for view in (mine, ours):
        assert client.get(reverse("change_view", args=[view.uid])).status_code == 404
        assert client.post(reverse("delete_view", args=[view.uid])).status_code == 404
        assert client.post(reverse("update_view", args=[view.uid])).status_code == 404
        assert client.post(reverse("restore_view", args=[view.uid])).status_code == 404
    assert View.objects.filter(deleted=None).count() == 2


def test_an_agent_keeps_views_for_herself_and_an_owner_may_change_the_teams(client) -> None:
    ours = saved(client, "Ours", shared="on")
    client.force_login(cast.ada())
    assert saved(client, "Hers", shared="on").shared is False
    client.force_login(cast.olga())
    client.post(reverse("change_view", args=[ours.uid]), {"name": "Theirs"})
    ours.refresh_from_db()
    assert (ours.name, ours.shared) == ("Theirs", False)


def test_a_view_is_changed_deleted_and_had_again(client) -> None:
    view = saved(client)
    changed = f"{reverse('people')}?view={view.uid}&language=es"
    assert "Save in “English”" in page(client, changed)
    client.post(reverse("update_view", args=[view.uid]) + "?language=es")
    view.refresh_from_db()
    assert (view.filters, view.order) == ({"language": "es"}, "seen")
    assert "Save in" not in page(client, changed)
    answer = client.post(reverse("delete_view", args=[view.uid]), follow=True).content.decode()
    assert "is deleted" in answer and reverse("restore_view", args=[view.uid]) in answer
    assert 'class="views"' not in page(client)
    client.post(reverse("restore_view", args=[view.uid]))
    assert 'class="views"' in page(client)


@pytest.mark.parametrize("said", [{"name": ""}, {"name": "x" * 61}, {"name": "\x00"}, {}])
def test_a_name_that_cannot_be_kept_is_asked_again(client, said) -> None:
    assert client.post(reverse("save_view"), said or {"x": "1"}).status_code == 400
    assert not View.objects.exists()


@pytest.mark.parametrize("query", ["view=x", "view=0f8fad5b-d9cb-469f-a165-70867728950e", "order=age", "order=%00"])
def test_a_view_or_an_order_that_does_not_exist_is_the_usual_list(client, query) -> None:
    cast.alice()
    assert "Alice Moreau" in page(client, f"{reverse('people')}?{query}")


def test_columns_are_ones_own_and_show_what_is_remembered(client) -> None:
    alice = cast.alice()
    PreferenceKey.objects.create(key="milk", label="Milk")
    remember([Statement(alice.pk, alice.pk, "milk", "oat milk", "stated", cast.NOON, "survey")], at=cast.NOON)
    client.post(reverse("choose_columns"), {"columns": ["remembered:milk", "email", "held", "permissions", "created"]})
    shown = page(client)
    assert "oat milk" in shown and "alice@shop.example" in shown and ">Milk</th>" in shown
    client.force_login(cast.ada())
    assert "oat milk" not in page(client)
    assert Shown.objects.count() == 1


def test_what_a_role_may_not_see_is_no_column_of_theirs_no_filter_and_no_view(client) -> None:
    alice = cast.alice()
    PreferenceKey.objects.create(key="allergy", label="Allergy", seen_by="marketers")
    remember([Statement(alice.pk, alice.pk, "allergy", "nuts", "stated", cast.NOON, "survey")], at=cast.NOON)
    client.post(reverse("choose_columns"), {"columns": ["remembered:allergy"]})
    view = saved(client, "Allergic", "?told=allergy", shared="on")
    assert "nuts" in page(client)
    client.force_login(cast.ada())
    assert client.post(reverse("choose_columns"), {"columns": ["remembered:allergy"]}).status_code == 400
    assert client.get(f"{reverse('people')}?told=allergy").status_code == 404
    assert "Allergy" not in page(client, reverse("filter_people"))
    assert "nuts" not in page(client, f"{reverse('people')}?view={view.uid}") and "Allergic" not in page(client)


def test_a_file_has_the_columns_of_the_list_and_nothing_hidden(client) -> None:
    alice = cast.contact("Alice", attributes={"allergy": "nuts", "roast": "dark"})
    PreferenceKey.objects.create(key="roast", label="Roast")
    PreferenceKey.objects.create(key="allergy", label="Allergy", seen_by="owners")
    remember([Statement(alice.pk, alice.pk, "roast", "dark", "stated", cast.NOON, "survey")], at=cast.NOON)
    client.post(reverse("choose_columns"), {"columns": ["remembered:roast", "bought"]})
    form = page(client, reverse("export_people"))
    assert 'value="remembered:roast" id="id_columns_' in form and "remembered:allergy" not in form
    answer = client.post(reverse("export_people"), {"format": "csv", "columns": ["attributes", "remembered:roast"]})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines() == ["What we remember,Roast", "roast: dark,dark"]


@pytest.mark.parametrize("columns", [["nonsense"], ["remembered:none"], ["name"]])
def test_columns_that_do_not_exist_are_refused(client, columns) -> None:
    assert client.post(reverse("choose_columns"), {"columns": columns}).status_code == 400


def test_ten_columns_cost_as_many_queries_as_one(client) -> None:
    cast.alice()
    for n in range(6):
        PreferenceKey.objects.create(key=f"k{n}", label=f"K{n}")
    client.post(reverse("choose_columns"), {"columns": ["remembered:k0"]})
    one = queries_of(client, reverse("people"))
    for n in range(20):
        cast.contact(f"Person {n}", f"p{n}@shop.example")
    many = ["orders", "bought", "permissions", "held", "company", *(f"remembered:k{n}" for n in range(6))]
    client.post(reverse("choose_columns"), {"columns": many})
    assert queries_of(client, reverse("people")) == one == 17
