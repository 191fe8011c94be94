"""The frame around every page: who sees which rooms, and what the bar says."""

import pytest
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, resolve, reverse

from crm.business import actions
from crm.business.models import User
from engage.dashboard.shell import navigation
from engage.dashboard.shell.frame import Frame
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db


def frame(user: User, path: str = "/") -> Frame:
    request = RequestFactory().get(path)
    request.user = user
    request.resolver_match = resolve(path.partition("?")[0])
    return Frame(request)


def urls_of(entries) -> set[str]:
    return {entry.url for entry in entries} | {tab.url for entry in entries for tab in entry.tabs}


@pytest.mark.parametrize("name", sorted(urls_of(navigation.NAV + navigation.GEAR + navigation.NEW)))
def test_every_entry_leads_somewhere(name: str) -> None:
    try:
        assert reverse(name)
    except NoReverseMatch:
        pytest.fail(f"the navigation names {name}, which no room answers")


def test_agents_see_three_rooms_and_no_gear() -> None:
    seen = frame(cast.ada())
    assert [link.key for link in seen.entries] == ["home", "inbox", "people"]
    assert seen.gear == []


def test_owners_see_seven_rooms_four_of_them_on_a_phone() -> None:
    seen = frame(cast.olga())
    assert [link.key for link in seen.on_a_phone] == ["home", "inbox", "people", "messages"]
    assert [link.key for link in seen.under_more] == ["journeys", "surveys", "shop"]


def test_marketers_see_every_room_and_replies_memory_and_health_behind_the_gear() -> None:
    seen = frame(cast.max_())
    assert len(seen.entries) == len(navigation.NAV)
    assert [link.key for link in seen.gear] == ["settings_replies", "settings_memory", "settings_health"]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/inbox/", "Needs an answer"),
        ("/inbox/?state=later", "Later"),
        ("/inbox/?q=tea", "Needs an answer"),
        ("/people/groups/new/by-hand/", "Groups"),
    ],
)
def test_the_tab_that_fits_best_is_current(path: str, current: str) -> None:
    tabs = frame(cast.olga(), path).tabs
    assert [tab.label for tab in tabs if tab.current] == [current]


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("/", "home"),
        ("/inbox/01a2074e-6c15-7425-88b4-2aa05f1b52ca/", "inbox"),
        ("/journeys/recipes/", "journeys"),
        ("/messages/outbox/", "messages"),
    ],
)
def test_a_room_stays_marked_on_its_inner_pages(path: str, room: str) -> None:
    assert [link.key for link in frame(cast.olga(), path).entries if link.current] == [room]


def test_behind_the_gear_one_page_is_marked_and_no_room() -> None:
    seen = frame(cast.olga(), "/settings/team/")
    assert [link.key for link in seen.gear if link.current] == ["settings_team"]
    assert not any(link.current for link in seen.entries)


@pytest.mark.parametrize(
    ("settings", "mode", "bar"),
    [
        ({"demo": True}, "demo", "Demo shop: nothing leaves this computer."),
        ({}, "test", "Test: messages go to the Outbox page, not to customers."),
        ({"live": True}, "live", ""),
    ],
)
def test_the_bar_says_whether_anything_can_leave(client: Client, settings, mode: str, bar: str) -> None:
    actions.update_business(by="test", at=clock.now(), name="Quay Lane", **settings)
    user = cast.olga()
    client.force_login(user)
    page = client.get(reverse("home")).content.decode()
    assert frame(user).mode == mode
    assert ("page-bar" in page) is bool(bar)
    assert bar in page


def test_the_frame_costs_two_queries(django_assert_num_queries) -> None:
    user = cast.olga()
    actions.update_business(by="test", at=clock.now(), name="Quay Lane")
    seen = frame(user)
    with django_assert_num_queries(2):
        _ = seen.entries, seen.tabs, seen.gear, seen.new, seen.mode, seen.business, seen.room


def test_a_page_that_shows_no_frame_asks_nothing(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/no/such/page/").status_code == 404


def test_the_page_names_its_language(client: Client) -> None:
    client.force_login(cast.olga())
    page = client.get(reverse("home"), headers={"Accept-Language": "es"}).content.decode()
    assert '<html lang="en" dir="ltr">' in page
