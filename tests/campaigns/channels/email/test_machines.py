"""People open and click; machines open and click before them. Only people count."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channels.email.returned.machines import TRAP_LINK, Touched, judge, of_agent

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def click(link: str, seconds: float = 0, sign: str = "") -> Touched:
    return Touched("clicked", link, NOON + timedelta(seconds=seconds), sign)


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0",
        "Barracuda Sentinel (EE)",
        "python-requests/2.32",
        "curl/8.5",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Go-http-client/2.0",
        "facebookexternalhit/1.1",
    ],
)
def test_known_machines_say_who_they_are(agent):
    assert of_agent(agent) == "agent"


@pytest.mark.parametrize(
    "agent",
    [FIREFOX, "", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"],
)
def test_browsers_are_people(agent):
    assert of_agent(agent) == ""


def test_looking_ahead_is_a_machine_whatever_its_name():
    assert of_agent(FIREFOX, ahead=True) == "ahead"


def test_three_links_at_once_are_a_gateway_all_of_them():
    clicks = [click("0"), click("1", 2), click("2", 4)]
    assert [judge(one, clicks, 5) for one in clicks] == ["burst"] * 3


def test_all_links_of_a_message_with_two_at_once_are_a_gateway_too():
    clicks = [click("0"), click("1", 1)]
    assert [judge(one, clicks, 2) for one in clicks] == ["burst"] * 2
    assert [judge(one, clicks, 9) for one in clicks] == ["", ""]


def test_the_same_link_three_times_is_an_impatient_person():
    clicks = [click("0"), click("0", 1), click("0", 2)]
    assert {judge(one, clicks, 5) for one in clicks} == {""}


def test_a_person_who_reads_on_is_a_person():
    clicks = [click("0"), click("1", 20), click("2", 50)]
    assert {judge(one, clicks, 5) for one in clicks} == {""}


def test_whoever_follows_the_link_that_nobody_sees_is_a_machine_and_so_is_what_came_with_it():
    touches = [click("0"), click(TRAP_LINK, 3), Touched("opened", "", NOON), click("1", 600)]
    assert [judge(one, touches, 5) for one in touches] == ["trap", "trap", "trap", ""]


@given(st.lists(st.tuples(st.sampled_from("0123"), st.integers(0, 60)), min_size=1, max_size=8), st.randoms())
def test_the_order_in_which_touches_are_heard_does_not_matter(given_, random):
    clicks = [click(link, seconds) for link, seconds in given_]
    shuffled = random.sample(clicks, len(clicks))
    assert [judge(one, shuffled, 4) for one in clicks] == [judge(one, clicks, 4) for one in clicks]
