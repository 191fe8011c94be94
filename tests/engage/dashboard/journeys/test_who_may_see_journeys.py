"""A journey that speaks of what only owners may see is no marketer's: not its words, not who went which way."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.journeys import compiled
from campaigns.journeys.actions import create_journey
from campaigns.journeys.backtest import actions as backtests
from campaigns.journeys.models import Enrolment, Journey
from campaigns.journeys.seeing import hidden_journeys, may_see
from crm.business.queries import forget_cached
from crm.preferences.models import PreferenceKey
from crm.segments.actions import create_segment
from engage.dashboard.journeys.urls import urlpatterns
from engage.lib import clock
from tests import cast
from tests.campaigns.journeys.happenings import listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import letter, scenario
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db

NUTS = {"did": "told", "name": "allergy"}
END = {"kind": "end", "reason": "Done"}
STAFF = {"marketer": cast.max_, "owner": cast.olga}


def steps(**first: object) -> dict:
    return {"start": "first", "steps": {"first": first, "bye": END}}


DEFINITIONS: dict[str, dict] = {
    "its trigger": {"trigger": {"event": "Order Completed", "rule": NUTS}},
    "its goal": {"goal": {"event": "Order Completed", "rule": {"none": [NUTS]}}},
    "a branch": steps(kind="branch", rule={"any": [NUTS, {"all": []}]}, yes="bye", no="bye"),
    "any answer": steps(kind="branch", rule={"did": "told", "where": [
        {"column": "value", "op": "is", "value": "hazelnuts"}]}, yes="bye", no="bye"),
    "an attribute": steps(kind="branch", rule={"field": "attribute.allergy", "op": "is", "value": "x"}, yes="bye",
        no="bye"),
    "an exit": steps(kind="wait", **{"for": {"days": 3}}, exits=[{"rule": NUTS, "next": "bye"}], next="bye"),
    "a date": steps(kind="wait", day={"of": "allergy"}, next="bye"),
    "what it remembers": steps(kind="remember", key="allergy", value="hazelnuts", next="bye"),
    "what a message cites": steps(**letter("Hello", "{% recall allergy %}{{ value }}{% endrecall %}", next="bye")),
    "a message that cannot be read": steps(**letter("Hello", "{% recall allergy %}", next="bye")),
    "a rule that cannot be read": steps(kind="branch", rule=NUTS | {"x": 1}, yes="bye", no=""),
}  # fmt: skip


@pytest.fixture(autouse=True)
def allergy() -> PreferenceKey:
    compiled.forget()
    forget_cached()
    return PreferenceKey.objects.create(key="allergy", label="Allergy", seen_by="owners")


@pytest.fixture
def as_a(client: Client) -> Callable[[str], Client]:
    def as_a(role: str) -> Client:
        client.force_login(STAFF[role]())
        return client

    return as_a


def made(**changes: object) -> Journey:
    return create_journey(name="For the careful", draft=scenario() | changes, by="Olga", at=cast.NOON)


@pytest.mark.parametrize("changes", DEFINITIONS.values(), ids=DEFINITIONS)
def test_whatever_speaks_of_it_closes_the_journey_to_who_may_not_see_it(changes: dict) -> None:
    journey, open_to_all = made(**changes), made()
    assert hidden_journeys("marketer") == {journey.pk} and hidden_journeys("owner") == frozenset()
    assert not may_see(journey, "marketer") and may_see(journey, "owner") and may_see(open_to_all, "marketer")
    PreferenceKey.objects.update(seen_by="marketers")
    assert may_see(journey, "marketer") and not hidden_journeys("marketer")


def test_a_step_that_is_called_like_a_key_speaks_of_nothing() -> None:
    journey = made(start="allergy", steps={"allergy": letter("Hello", next="bye"), "bye": END})
    assert may_see(journey, "marketer")


def test_a_group_that_speaks_of_it_closes_it_too() -> None:
    group = create_segment(name="Careful", rule=NUTS, by="Olga", at=clock.now())
    journey = made(trigger={"event": "Order Completed", "rule": {"did": "segment", "name": str(group.uid)}})
    assert not may_see(journey, "marketer")


def test_a_former_version_and_a_backtest_keep_it_closed() -> None:
    walked = live_journey(scenario() | DEFINITIONS["a branch"])
    Journey.objects.filter(pk=walked.pk).update(draft=scenario())
    tested = made(**DEFINITIONS["its trigger"])
    backtests.begin(tested, since=cast.NOON, until=clock.now(), by="Olga", at=clock.now())
    Journey.objects.filter(pk=tested.pk).update(draft=scenario())
    assert hidden_journeys("marketer") == {walked.pk, tested.pk}


@pytest.mark.parametrize("role", STAFF)
def test_there_is_no_page_of_it(as_a, role: str) -> None:
    journey = made(**DEFINITIONS["a branch"])
    client = as_a(role)
    of_one = [
        one
        for one in urlpatterns
        if set(one.pattern.converters) == {"uid"} and str(one.pattern).startswith("journeys/")
    ]
    assert len(of_one) > 10
    for one in of_one:
        gone = client.get(reverse(one.name, args=[journey.uid])).status_code == 404
        assert gone is (role == "marketer" or one.name == "try_journey_letter"), one.name
    if role == "marketer":
        for name in ("delete_journey", "publish_journey", "journey_flow", "journey_definition", "backtest_journey"):
            assert client.post(reverse(name, args=[journey.uid]), {}).status_code == 404
        assert Journey.objects.filter(state="draft").exists()


@pytest.mark.parametrize("role", STAFF)
def test_nobody_who_walks_is_shown_and_nobody_is_tried(as_a, role: str) -> None:
    told(alice := cast.alice(), "hazelnuts", key="allergy")
    PreferenceKey.objects.update(seen_by="owners")
    live_journey(scenario() | DEFINITIONS["an exit"])
    listen(ordered(alice))
    walk, client = Enrolment.objects.get(), as_a(role)
    for name, args, query in (
        ("journey_people", [], {}),
        ("journey_walk", [walk.uid], {}),
        ("try_journey", [], {"person": str(alice.uid)}),
        ("journey_flow_card", ["first"], {}),
    ):
        answer = client.get(reverse(name, args=[walk.journey.uid, *args]), query)
        assert answer.status_code == (200 if role == "owner" else 404), name


@pytest.mark.parametrize("role", STAFF)
def test_the_lists_name_it_without_its_words(as_a, role: str) -> None:
    live_journey(scenario() | DEFINITIONS["its trigger"], name="For the careful")
    made(**DEFINITIONS["its trigger"])
    client = as_a(role)
    running = client.get(reverse("journeys")).content.decode()
    assert "For the careful" in running
    assert ("only others in the team may see" in running) is (role == "marketer")
    assert ("allergy" in running.lower()) is (role == "owner")
    drafts = client.get(reverse("journey_drafts")).content.decode()
    assert ("For the careful" in drafts) is (role == "owner")


def test_strangers_and_agents_are_turned_away_as_ever(client: Client) -> None:
    journey = made(**DEFINITIONS["a branch"])
    page = reverse("journey", args=[journey.uid])
    assert client.get(page).status_code == 302
    client.force_login(cast.ada())
    assert client.get(page).status_code == 404
