"""The list of people over REST: narrowed and paged as on its page, its views, and acts on many."""

import pytest

from crm.business import bearer
from crm.business.actions import close_account, create_key
from crm.contacts.actions import merge
from crm.contacts.models import Company, Contact, Pause, Topic
from crm.lists import running
from crm.lists.models import BulkAct, View
from crm.preferences.actions import Statement, remember
from crm.preferences.models import PreferenceKey
from crm.segments.models import Picked, Segment
from crm.segments.picking import create_picked_segment
from engage.lib import clock
from tests import cast
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db
NOBODY = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture
def olga():
    return cast.olga()


@pytest.fixture
def api(olga) -> Caller:
    """A key that Olga made."""
    bearer.forget_cached()
    return Caller(create_key(kind="api", name="till", by=olga)[1])


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.said
    return [row["name"] for row in answer.said["results"]]


def all_of(api: Caller, path: str, **query: object) -> list[str]:
    """Every page, one after the other."""
    answer = api.get(path, **query)
    found = names(answer)
    while answer.said["next"]:
        answer = api.get(answer.said["next"].partition("/api/v1/")[2])
        found += names(answer)
    return found


def test_people_are_narrowed_as_on_their_page(api: Caller) -> None:
    alice = cast.alice()
    cast.bob()
    Contact.objects.create(name="", language="en", created=cast.NOON)
    PreferenceKey.objects.create(key="milk", label="Milk", seen_by="owners")
    remember([Statement(alice.pk, alice.pk, "milk", "oat", "stated", cast.NOON, "survey")], at=cast.NOON)
    cafe = Company.objects.create(name="Harbour Café")
    assert names(api.get("people/", order="name")) == ["Alice Moreau", "Bob Stone"]
    assert names(api.get("people/", language="en", told="milk:oat")) == ["Alice Moreau"]
    assert names(api.get("people/", company=str(cafe.uid))) == []
    assert names(api.get("people/", **{"from": "import"})) == []
    assert api.get("people/", told="milk").said["results"][0]["attributes"] == {"milk": "oat"}


@pytest.mark.parametrize("order", ["seen", "name", "new"])
def test_all_pages_together_are_the_list_in_its_order(api: Caller, order: str) -> None:
    for n in range(7):
        cast.contact(f"Person {n}", f"p{n}@shop.example", last_seen=cast.NOON if n % 2 else None)
    whole = names(api.get("people/", order=order))
    assert len(whole) == 7 and all_of(api, "people/", order=order, limit=2) == whole


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"told": "none"}, "told"),
        ({"group": NOBODY}, "group"),
        ({"seen": "8"}, "seen"),
        ({"permission": "offers:perhaps"}, "permission"),
        ({"from": "the moon"}, "from"),
        ({"order": "age"}, "order"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": ""}, "cursor"),
        ({"cursor": "2026-05-04_1"}, "cursor"),
        ({"cursor": "at_" + "9" * 40}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"visitors": "1"}, "visitors"),
        ({"language": "\x00"}, "language"),
    ],
)
def test_what_is_no_way_to_narrow_is_refused_by_its_name(api: Caller, query, field: str) -> None:
    assert field in errors(api.get("people/", **query))


def test_a_view_is_made_renamed_changed_and_deleted(api: Caller) -> None:
    cast.alice(), cast.contact("Zoe", language="en"), cast.contact("Eva", language="es")
    made = api.post("views/", {"name": "English", "filters": {"language": "en"}, "order": "name", "columns": ["email"]})
    assert (made.status_code, made.said["owner"], made.said["shared"]) == (201, "Olga", False)
    view = f"views/{made.said['id']}/"
    assert names(api.get(f"{view}people/")) == ["Alice Moreau", "Zoe"]
    assert all_of(api, f"{view}people/", limit=1) == ["Alice Moreau", "Zoe"]
    renamed = api.patch(view, {"name": "They read English", "shared": True}).said
    assert (renamed["name"], renamed["filters"], renamed["columns"]) == (
        "They read English",
        {"language": "en"},
        ["email"],
    )
    changed = api.patch(view, {"filters": {"language": "es"}, "columns": [], "order": "new"}).said
    assert (changed["name"], changed["columns"], changed["order"]) == ("They read English", [], "new")
    assert names(api.get(f"{view}people/")) == ["Eva"]
    assert names(api.get("views/")) == ["They read English"]
    assert api.delete(view).status_code == 204
    assert errors(api.get(view), 404) and names(api.get("views/")) == []
    assert View.objects.get().deleted


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "A", "search": "alice"}, "search"),
        ({"name": "A", "filters": {"search": "alice"}}, "filters.search"),
        ({"name": "A", "filters": {"told": "none"}}, "filters.told"),
        ({"name": "A", "filters": {"group": "x"}}, "filters.group"),
        ({"name": "A", "filters": []}, "filters"),
        ({"name": "A", "columns": ["nonsense"]}, "columns"),
        ({"name": "A", "columns": ["email"] * 13}, "columns"),
        ({"name": "A", "order": "age"}, "order"),
        ({"name": "A", "owner": "Max"}, "owner"),
    ],
)
def test_what_is_no_view_is_refused_at_its_place(api: Caller, body, field: str) -> None:
    assert field in errors(api.post("views/", body))
    assert not View.objects.exists()


def test_a_key_sees_the_views_of_the_team_and_of_whoever_made_it(api: Caller, olga) -> None:
    max_ = cast.max_()
    about = {"filters": {}, "columns": [], "order": "seen", "at": cast.NOON}
    hidden = View.objects.create(name="Max's own", owner=max_, **about)
    View.objects.create(name="Ours", owner=max_, shared=True, **about)
    View.objects.create(name="Olga's own", owner=olga, **about)
    assert names(api.get("views/")) == ["Olga's own", "Ours"]
    for path in ("", "people/"):
        assert errors(api.get(f"views/{hidden.uid}/{path}"), 404)
    assert errors(api.patch(f"views/{hidden.uid}/", {"name": "Mine"}), 404)
    assert errors(api.delete(f"views/{hidden.uid}/"), 404)
    act = {"act": "lift", "view": str(hidden.uid)}
    assert "view" in errors(api.post("acts/", act))
    cast.colleague("Otto", "owner")
    close_account(olga, by="Max", at=clock.now())
    assert names(api.get("views/")) == ["Ours"]
    assert "belongs to a colleague" in errors(api.post("views/", {"name": "Whose"}), 409)[""]


def test_nobody_has_more_views_than_their_page_takes(api: Caller, monkeypatch) -> None:
    monkeypatch.setattr("crm.lists.queries.MOST_VIEWS", 1)
    assert api.post("views/", {"name": "One"}).status_code == 201
    assert "delete one first" in errors(api.post("views/", {"name": "Two"}), 409)[""]


def test_a_view_of_what_is_gone_says_so(api: Caller) -> None:
    group = Segment.objects.create(name="Gone soon", rule={"all": []})
    view = api.post("views/", {"name": "Them", "filters": {"group": str(group.uid)}}).said["id"]
    group.delete()
    assert "gone" in errors(api.get(f"views/{view}/people/"), 409)[""]
    assert "gone" in errors(api.post("acts/", {"act": "lift", "view": view}), 409)[""]


def test_all_whom_filters_fit_are_a_job_that_is_looked_at_and_undone(api: Caller) -> None:
    for n in range(3):
        cast.contact(f"Person {n}", language="en")
    cast.contact("Eva", language="es")
    begun = api.post("acts/", {"act": "pause", "said": {"days": "7"}, "filters": {"language": "en"}})
    assert begun.status_code == 201
    assert (begun.said["state"], begun.said["number"], begun.said["by"]) == ("running", 3, "API: till")
    assert (begun.said["words"], begun.said["narrowed"]) == ("Paused for 7 days", ["Language: English"])
    act = f"acts/{begun.said['id']}/"
    assert errors(api.post(f"{act}undo/"), 409) and not Pause.objects.exists()
    running.run()
    done = api.get(act).said
    assert (done["state"], done["counts"], done["may_be_undone"]) == ("done", {"changed": 3, "looked_at": 3}, True)
    assert set(Pause.objects.values_list("by", flat=True)) == {"API: till"}
    undone = api.post(f"{act}undo/").said
    assert (undone["state"], undone["undone_by"], undone["counts"]["back"]) == ("undone", "API: till", 3)
    assert not Pause.objects.filter(lifted=None).exists()
    assert errors(api.post(f"{act}undo/"), 409)
    assert [row["id"] for row in api.get("acts/").said["results"]] == [begun.said["id"]]


def test_an_act_on_a_view_reaches_who_is_in_it_and_can_be_stopped(api: Caller) -> None:
    cast.alice(), cast.bob()
    view = api.post("views/", {"name": "English", "filters": {"language": "en"}}).said["id"]
    act = api.post("acts/", {"act": "put-in", "said": {"new": "Readers"}, "view": view}).said
    assert act["number"] == 1
    assert api.post(f"acts/{act['id']}/stop/").said["state"] == "stopped"
    assert errors(api.post(f"acts/{act['id']}/stop/"), 409)
    running.run()
    assert not Picked.objects.exists()


def test_a_few_who_are_named_are_done_at_once_and_only_once(api: Caller) -> None:
    alice, bob = cast.alice(), cast.bob()
    body = {"act": "pause", "said": {"days": 0}, "contacts": [str(alice.uid), str(bob.uid)]}
    first, again = api.post("acts/", body, once="a"), api.post("acts/", body, once="a")
    assert first.said == again.said and first.said["state"] == "done"
    assert BulkAct.objects.count() == 1 and Pause.objects.count() == 2


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("put-in", {"new": "Friends"}),
        ("take-out", {"group": "friends"}),
        ("remember", {"key": "born", "value": "1990-05-04"}),
        ("pause", {"days": "30"}),
        ("lift", {}),
        ("company", {"name": "Harbour Café"}),
        ("withdraw", {"topic": "offers", "words": "They wrote"}),
    ],
)
def test_every_act_is_told_what_its_page_asks(api: Caller, act: str, said) -> None:
    PreferenceKey.objects.create(key="born", label="Born", type="date")
    Topic.objects.create(key="offers", label="Offers")
    group = create_picked_segment(name="By hand", by="Max", at=cast.NOON)
    said = {name: str(group.uid) if value == "friends" else value for name, value in said.items()}
    answer = api.post("acts/", {"act": act, "said": said, "contacts": [str(cast.alice().uid)]})
    assert answer.status_code == 201 and answer.said["state"] == "done"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "act"),
        ({"act": "erase", "filters": {}}, "act"),
        ({"act": "lift"}, ""),
        ({"act": "lift", "filters": {}, "contacts": [NOBODY]}, "contacts"),
        ({"act": "lift", "contacts": []}, "contacts"),
        ({"act": "lift", "contacts": [NOBODY]}, "contacts"),
        ({"act": "lift", "contacts": ["x"]}, "contacts[0]"),
        ({"act": "lift", "view": NOBODY}, "view"),
        ({"act": "lift", "filters": {"told": "none"}}, "filters.told"),
        ({"act": "lift", "filters": {}, "said": {"days": "7"}}, "said.days"),
        ({"act": "pause", "filters": {}}, "said.days"),
        ({"act": "pause", "filters": {}, "said": {"days": "8"}}, "said.days"),
        ({"act": "put-in", "filters": {}}, "said.group"),
        ({"act": "put-in", "filters": {}, "said": {"new": ["x"]}}, "said.new"),
        ({"act": "remember", "filters": {}, "said": {"key": "born", "value": "soon"}}, "said.value"),
        ({"act": "withdraw", "filters": {}, "said": {"topic": "offers", "words": "x"}}, "said.topic"),
    ],
)
def test_what_cannot_be_done_to_many_is_refused_at_its_place(api: Caller, body, field: str) -> None:
    PreferenceKey.objects.create(key="born", label="Born", type="date")
    cast.alice()
    assert field in errors(api.post("acts/", body))
    assert not BulkAct.objects.exists() and not Segment.objects.exists()


def test_who_is_a_part_of_another_is_not_chosen_and_nobody_is_said(api: Caller) -> None:
    alice, bob = cast.alice(), cast.bob()
    merge(survivor=alice, absorbed=bob, by="Olga", at=clock.now())
    assert "contacts" in errors(api.post("acts/", {"act": "lift", "contacts": [str(bob.uid)]}))
    assert errors(api.post("acts/", {"act": "lift", "filters": {"language": "zh-hans"}}), 409)


@pytest.mark.parametrize("kind", ["site", "write"])
@pytest.mark.parametrize("path", ["people/", "views/", "acts/"])
def test_keys_of_other_kinds_open_no_list(kind: str, path: str) -> None:
    bearer.forget_cached()
    caller = Caller(create_key(kind=kind, name="shop")[1])
    assert errors(caller.get(path), 401) and errors(Caller().get(path), 401)
    if path != "people/":
        assert errors(caller.post(path, {"name": "A", "act": "lift", "filters": {}}), 401)


def test_a_page_of_people_costs_the_same_however_many(api: Caller, django_assert_num_queries) -> None:
    for n in range(3):
        cast.contact(f"Person {n}", f"p{n}@shop.example")
    api.get("people/", order="name")
    with django_assert_num_queries(6):
        api.get("people/", order="name")
    for n in range(20):
        cast.contact(f"More {n}", f"m{n}@shop.example")
    with django_assert_num_queries(6):
        api.get("people/", order="name")
