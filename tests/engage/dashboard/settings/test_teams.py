"""Teams, turns, and who is away, on screen: from the third agent on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from crm.business.actions import update_business
from crm.business.models import Business, User
from crm.dialogue.actions import assign_team, say
from crm.dialogue.actions.desks import MOST, go_away, save_team, set_desk
from crm.dialogue.models import Conversation, Desk, Team
from engage.lib import clock
from tests import cast
from tests.cast import NOON
from tests.engage.dashboard.counting import queries_of
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def agents(count: int) -> list[User]:
    found = [cast.colleague(f"Agent{n}", User.Role.AGENT) for n in range(count)]
    update_business(by="Olga", at=NOON)
    return found


def page(client: Client, name: str, *args: object, **query: object) -> str:
    return client.get(reverse(name, args=args, query=query)).content.decode()


def test_before_the_third_agent_there_are_no_such_pages_and_no_trace_of_them(olga):
    found = agents(2)
    talk = say(contact=cast.alice(), text="Hello?", channel="site", at=NOON).conversation
    team = save_team(None, name="Shipping", members=found, by="Olga", at=NOON)
    assign_team(conversation=talk, team=team, by=found[0], at=NOON)
    for name, args in [("settings_teams", []), ("new_team", []), ("edit_team", [team.uid]), ("my_desk", [])]:
        assert olga.get(reverse(name, args=args)).status_code == 404
    for name, args in [("switch_turns", []), ("drop_team", [team.uid]), ("send_away", [found[0].uid])]:
        assert olga.post(reverse(name, args=args)).status_code == 404
    assert "Teams and turns" not in page(olga, "settings_team")
    for shown in (page(olga, "inbox"), page(olga, "conversation", talk.uid), page(olga, "inbox", team=team.uid)):
        assert "Shipping" not in shown and "Next in turn" not in shown and "Away" not in shown


def test_a_team_is_made_changed_and_removed(olga):
    found = agents(3)
    assert "Teams and turns" in page(olga, "settings_team")
    olga.post(reverse("new_team"), {"name": "<b>Shipping</b>", "members": [found[0].uid, found[1].uid]})
    team = Team.objects.get()
    assert list(team.members.order_by("name")) == found[:2]
    assert "&lt;b&gt;Shipping" in page(olga, "settings_teams") and "checked" in page(olga, "edit_team", team.uid)
    olga.post(reverse("edit_team", args=[team.uid]), {"name": "Parcels", "members": []})
    assert (Team.objects.get().name, Team.objects.get().members.count()) == ("Parcels", 0)
    olga.post(reverse("drop_team", args=[team.uid]))
    assert not Team.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 61}, {"name": "SHIPPING"}, {"members": ["x"]}, {"name": "\x00"}]
)
def test_what_is_no_team_is_refused(olga, wrong):
    agents(3)
    save_team(None, name="Shipping", members=[], by="Olga", at=NOON)
    assert olga.post(reverse("new_team"), {"name": "Parcels", **wrong}).status_code == 400
    assert Team.objects.count() == 1


def test_there_are_not_more_teams_than_anybody_finds_anything_among(olga):
    agents(3)
    Team.objects.bulk_create(Team(name=f"T{n}") for n in range(MOST))
    assert olga.post(reverse("new_team"), {"name": "One more"}).status_code == 400


def test_what_a_colleague_can_be_given_is_set_and_shown(olga):
    agent = agents(3)[0]
    given = {"takes_turns": "on", "languages": ["es", "zh"], "skills": " Returns , wholesale,, "}
    assert olga.post(reverse("edit_desk", args=[agent.uid]), given).status_code == 302
    desk = Desk.objects.get(colleague=agent)
    assert (desk.takes_turns, desk.languages, desk.skills) == (True, ["es", "zh"], ["returns", "wholesale"])
    assert "es, zh · returns, wholesale" in page(olga, "settings_teams")
    olga.post(reverse("edit_desk", args=[agent.uid]), {"skills": ""})
    assert not Desk.objects.get(colleague=agent).takes_turns


@pytest.mark.parametrize(
    "wrong", [{"languages": ["xx"]}, {"skills": "x" * 41}, {"skills": ",".join(["a"] * 31)}, {"skills": "\x00"}]
)
def test_what_nobody_can_know_is_refused(olga, wrong):
    assert olga.post(reverse("edit_desk", args=[agents(3)[0].uid]), wrong).status_code == 400


def test_the_owner_lets_conversations_go_round_and_stops_it(olga):
    agents(3)
    olga.post(reverse("switch_turns"), {"on": "1"})
    assert Business.objects.get().hands_out and "given to colleagues in turn" in page(olga, "settings_teams")
    olga.post(reverse("switch_turns"), {"off": "1"})
    assert not Business.objects.get().hands_out


def test_a_colleague_is_away_until_a_day_and_back_before(client):
    ada = agents(3)[0]
    client.force_login(ada)
    back = clock.now().date() + timedelta(days=5)
    client.post(reverse("my_desk"), {"back": back.isoformat(), "away": "1"})
    assert Desk.objects.get().back == back and "You are away until" in page(client, "my_desk")
    client.post(reverse("my_desk"), {"here": "1"})
    assert Desk.objects.get().away is None
    client.post(reverse("my_desk"), {"back": "2001-01-01", "away": "1"})
    assert Desk.objects.get().away is None
    assert client.post(reverse("my_desk"), {"back": "x"}).status_code == 400


def test_the_owner_says_that_somebody_is_ill_and_there_again(olga):
    agent = agents(3)[0]
    olga.post(reverse("send_away", args=[agent.uid]))
    assert Desk.objects.get().away and Desk.objects.get().takes_turns
    olga.post(reverse("send_away", args=[agent.uid]), {"here": "1"})
    assert Desk.objects.get().away is None


def test_agents_change_nobodys_desk_but_their_own_presence(client):
    ada, ben, _cleo = agents(3)
    client.force_login(ada)
    assert client.get(reverse("settings_teams")).status_code == 403
    for name in ("edit_desk", "send_away"):
        assert client.post(reverse(name, args=[ben.uid])).status_code == 403


def test_by_hand_it_is_given_to_a_team_to_whose_turn_it_is_and_lists_are_narrowed_by_team(olga):
    found = agents(3)
    team = save_team(None, name="Shipping", members=found[1:], by="Olga", at=NOON)
    talk = say(contact=cast.alice(), text="Hello?", channel="site", at=NOON).conversation
    say(contact=cast.bob(), text="Hello?", channel="site", at=NOON)
    url = reverse("assign_conversation", args=[talk.uid])
    olga.post(url, {"team": team.uid})
    shown = page(olga, "inbox", team=team.uid)
    assert "Alice Moreau" in shown and "Bob Stone" not in shown and "Shipping" in page(olga, "conversation", talk.uid)
    olga.post(url, {"next": "1"})
    assert Conversation.objects.get(pk=talk.pk).assignee == found[1]
    go_away(found[2], back=None, at=NOON)
    assert "away" in page(olga, "conversation", talk.uid)
    olga.post(url, {"no_team": "1"})
    assert Conversation.objects.get(pk=talk.pk).team is None
    assert olga.post(url, {"team": "x"}).status_code == 400
    assert "Bob Stone" in page(olga, "inbox", team="x")


def test_where_nobody_is_there_it_stays_and_says_so(olga):
    for agent in agents(3):
        go_away(agent, back=None, at=NOON)
    talk = say(contact=cast.alice(), text="Hello?", channel="site", at=NOON).conversation
    assert (
        "Nobody is there"
        in olga.post(reverse("assign_conversation", args=[talk.uid]), {"next": "1"}, follow=True).content.decode()
    )


def test_many_at_once_go_to_a_team_or_round(olga):
    found = agents(3)
    team = save_team(None, name="Shipping", members=found, by="Olga", at=NOON)
    talks = [say(contact=cast.contact(f"P{n}"), text="Hi", channel="site", at=NOON).conversation for n in range(3)]
    who = [str(talk.uid) for talk in talks]
    olga.post(reverse("sort_many"), {"who": who, "act": f"team:{team.uid}"})
    olga.post(reverse("sort_many"), {"who": who, "act": "next:"})
    assert Conversation.objects.filter(team=team).count() == 3
    assert set(Conversation.objects.values_list("assignee", flat=True)) == {one.pk for one in found}


def test_the_page_takes_as_many_queries_for_many_as_for_few(olga):
    save_team(None, name="Shipping", members=agents(3), by="Olga", at=NOON)
    few = queries_of(olga, reverse("settings_teams"))
    more = [cast.colleague(f"More{n}", User.Role.AGENT) for n in range(9)]
    for n, one in enumerate(more):
        save_team(None, name=f"T{n}", members=more, by="Olga", at=NOON)
        set_desk(one, takes_turns=True, languages=["en"], skills=["tea"])
    assert queries_of(olga, reverse("settings_teams")) == few


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_its_pages_are_looked_at(browser: Browser, run_web, size, scheme):
    olga, found = cast.olga(), agents(3)
    team = save_team(None, name="Shipping", members=found[:2], by="Olga", at=NOON)
    set_desk(found[0], takes_turns=True, languages=["en", "es"], skills=["returns", "wholesale"])
    go_away(found[1], back=None, at=NOON)
    talk = say(contact=cast.alice(), text="It arrived stale.", channel="site", at=NOON).conversation
    assign_team(conversation=talk, team=team, by=olga, at=NOON)
    url = run_web()
    page = signed_in(browser, url, olga, size, scheme).new_page()
    for name, path in [
        ("teams", reverse("settings_teams")),
        ("team", reverse("edit_team", args=[team.uid])),
        ("desk", reverse("edit_desk", args=[found[0].uid])),
        ("away", reverse("my_desk")),
        ("inbox", reverse("inbox")),
        ("talk", reverse("conversation", args=[talk.uid])),
    ]:
        page.goto(url + path)
        if name == "talk" and size == DESKTOP:
            page.locator("summary[data-key=a]").click()
        looked_at(page, f"teams-{name}-{size['width']}-{scheme}")
