"""Teams, hours and targets over REST, and a conversation in the hands of a team."""

import pytest

from crm.business.actions import create_key
from crm.business.models import Business, Changed, Holiday, User
from crm.business.queries import forget_cached
from crm.dialogue.actions import assign, say
from crm.dialogue.models import Conversation, Team
from engage.lib import clock
from tests import cast
from tests.engage.api.caller import Caller, errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(db: None) -> list[User]:
    """From the third agent on there are teams."""
    found = [cast.ada(), cast.colleague("Ben", "agent"), cast.colleague("Cleo", "agent")]
    forget_cached()
    return found


@pytest.fixture
def talk() -> str:
    said = say(contact=cast.alice(), text="Where is it?", channel="email", at=clock.now())
    assert said.conversation
    return f"conversations/{said.conversation.uid}/"


def made(api: Caller, name: str, *members: User) -> str:
    answer = api.post("teams/", {"name": name, "members": [str(one.uid) for one in members]})
    assert answer.status_code == 201, answer.content
    return answer.said["id"]


def test_a_team_is_made_changed_and_removed(api: Caller, three: list[User]) -> None:
    ada, ben, _cleo = three
    team = made(api, "Roastery", ada)
    assert api.get("teams/").said["results"] == [api.get(f"teams/{team}/").said]
    changed = api.patch(f"teams/{team}/", {"members": [str(ben.uid)]}).said
    assert (changed["name"], [one["name"] for one in changed["members"]]) == ("Roastery", ["Ben"])
    assert api.patch(f"teams/{team}/", {"name": "Desk"}).said["members"] == changed["members"]
    assert api.delete(f"teams/{team}/").status_code == 204
    assert not Team.objects.exists() and Changed.objects.filter(what="team").count() == 3


def test_what_is_no_team_is_refused(api: Caller, three: list[User]) -> None:
    made(api, "Roastery")
    assert "of that name" in errors(api.post("teams/", {"name": "ROASTERY"}), 409)[""]
    assert "name" in errors(api.post("teams/", {"name": ""}))
    assert errors(api.post("teams/", {"name": "Desk", "members": ["x"]}))
    assert errors(api.post("teams/", {"name": "Desk", "boss": 1}))
    assert errors(api.get("teams/", boss=1))


def test_before_the_third_agent_there_are_none(api: Caller, talk: str) -> None:
    assert api.get("teams/").said["results"] == []
    assert "third agent" in errors(api.post("teams/", {"name": "Desk"}), 409)[""]
    assert "third agent" in errors(api.patch("hours/", {"answer_within": 60}), 409)[""]


def test_only_an_owners_key_changes_settings(api: Caller, three: list[User]) -> None:
    team, agents = made(api, "Roastery"), Caller(create_key(kind="api", name="desk", by=three[0])[1])
    assert agents.get("teams/").status_code == agents.get("hours/").status_code == 200
    for refused in (
        agents.post("teams/", {"name": "Desk"}),
        agents.patch(f"teams/{team}/", {"name": "Desk"}),
        agents.delete(f"teams/{team}/"),
        agents.patch("hours/", {"open_days": [1]}),
    ):
        assert "owner" in errors(refused, 403)[""]
    owners = Caller(create_key(kind="api", name="own", by=cast.olga())[1])
    assert owners.patch("hours/", {"open_days": [1]}).status_code == 200


def test_a_conversation_is_given_to_a_team_and_found_by_it(api: Caller, three: list[User], talk: str) -> None:
    ada, ben, _cleo = three
    cast.olga()
    team = made(api, "Roastery", ben)
    assign(conversation=Conversation.objects.get(), to=ada, by=ada, at=clock.now())
    shown = api.put(f"{talk}team/", {"team": team}).said
    assert (shown["team"], shown["assignee"]) == ({"id": team, "name": "Roastery"}, None), "Ada is not of it"
    assert [one["id"] for one in api.get("conversations/", team=team).said["results"]] == [shown["id"]]
    assert api.put(f"{talk}team/", {"team": None}).said["team"] is None
    assert api.get("conversations/", team=team).said["results"] == []
    assert "team" in errors(api.put(f"{talk}team/", {"team": str(ada.uid)}))


def test_hours_holidays_and_targets_are_read_and_changed(api: Caller, three: list[User], talk: str) -> None:
    holidays = [{"day": "2026-12-25", "name": "Christmas", "yearly": True}, {"day": "2027-01-02", "name": "Stock"}]
    said = {"open_days": [5, 1, 1], "open_from": "08:30", "open_until": "00:00", "holidays": holidays}
    shown = api.patch("hours/", said | {"answer_within": 90, "settle_within": 600}).said
    assert (shown["open_days"], shown["open_from"], shown["open_until"]) == ([1, 5], "08:30", "00:00")
    assert (shown["answer_within"], shown["settle_within"]) == (90, 600)
    assert shown["holidays"] == [holidays[0], holidays[1] | {"yearly": False}] == api.get("hours/").said["holidays"]
    Conversation.objects.all().delete()
    said = say(contact=cast.bob(), text="Hello?", channel="email", at=clock.now())
    assert said.conversation
    waits = api.get(f"conversations/{said.conversation.uid}/").said
    assert waits["answer_due"] and waits["settle_due"]
    shown = api.patch("hours/", {"holidays": holidays[:1], "settle_within": None}).said
    assert ([one["name"] for one in shown["holidays"]], shown["settle_within"]) == (["Christmas"], None)
    assert Holiday.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {"open_days": []},
        {"open_days": [8]},
        {"open_from": "18:00", "open_until": "09:00"},
        {"answer_within": 1},
        {"holidays": [{"day": "1800-01-01", "name": "x"}]},
        {"holidays": [{"day": "2026-12-25", "name": "a"}, {"day": "2026-12-25", "name": "b"}]},
        {"timezone": "Europe/Madrid"},
    ],
)
def test_hours_that_make_no_sense_change_nothing(api: Caller, three: list[User], body: dict) -> None:
    before = api.get("hours/").said
    assert errors(api.patch("hours/", body))
    assert api.get("hours/").said == before and not Business.objects.exclude(answer_within=None).exists()
