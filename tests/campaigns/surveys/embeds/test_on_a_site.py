"""Surveys on the owner's site: a small script, a frame that only the owner's sites may show, and who sees what."""

import gzip
from datetime import timedelta

import pytest

from campaigns.guards.queries import _people
from campaigns.surveys import actions as surveys
from campaigns.surveys.embeds import actions, offering
from campaigns.surveys.limits.limiting import set_limits
from campaigns.surveys.limits.limits import parse_limits
from campaigns.surveys.models import Approach, Response
from crm.business.actions import update_business
from crm.business.queries import forget_cached
from crm.contacts.actions import erase, lift_pause, pause
from crm.contacts.models import Contact
from crm.dialogue.actions import say
from crm.events.models import Event
from crm.segments.actions import create_segment
from engage.everything import everything
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.embeds.places import DEVICE, SITE, device_of, frame, may, met, placed
from tests.campaigns.surveys.pages import hidden, submit
from tests.campaigns.surveys.questions import MILK, published
from tests.campaigns.surveys.sign_ups import ADDRESS, sign_up_form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    forget_cached()
    yield
    forget_cached()


def policy(response) -> str:
    return next(part for part in response["Content-Security-Policy"].split("; ") if part.startswith("frame-ancestors"))


def test_the_script_is_small_and_comes_only_where_something_is_live(client, survey, key) -> None:
    assert client.get(f"/w/surveys/{key}.js").content == b""
    assert b"/w/surveys/" not in client.get(f"/w/{key}.js").content
    places = [placed(survey, shape, paths=["/tea/*"]) for shape in ("inline", "popup", "slide")]
    script = client.get(f"/w/surveys/{key}.js")
    assert len(gzip.compress(script.content)) <= 3 * 1024
    assert "max-age=300" in script["Cache-Control"] and not script.cookies
    site = client.get(f"/w/{key}.js").content
    assert len(gzip.compress(site)) <= 3 * 1024 and f"/w/surveys/{key}.js".encode() in site
    for place in places:
        actions.switch(placement=place, on=False, by="Max", at=clock.now())
    assert client.get(f"/w/surveys/{key}.js").content == b""
    assert client.get("/w/surveys/unknown.js").status_code == 404


def test_the_script_tells_nothing_of_groups_and_events_and_ends_no_script_element(client, key) -> None:
    survey = published(MILK, key="odd")
    surveys.publish(survey=survey, by="Max", at=clock.now())
    group = create_segment(name="Big spenders", rule={"all": []}, by="Max", at=clock.now())
    placed(survey, segment=group, event="Order Completed", paths=["/</script>*"])
    text = client.get(f"/w/surveys/{key}.js").content.decode()
    assert '"a":1' in text
    assert not any(word in text for word in ("Big spenders", "Order Completed", str(group.uid), "</script"))


def test_what_has_an_end_a_beginning_or_a_closed_survey_does_not_appear(client, survey, key) -> None:
    now = clock.now()
    placed(survey, starts=now + timedelta(hours=1))
    placed(survey, ends=now - timedelta(hours=1))
    assert client.get(f"/w/surveys/{key}.js").content == b""
    shown = placed(survey, starts=now - timedelta(hours=1), ends=now + timedelta(hours=1))
    assert str(shown.uid) in client.get(f"/w/surveys/{key}.js").content.decode()
    late = (now - timedelta(minutes=1)).isoformat()
    for limits in ({"closes": late}, {"once": "link"}, {"most": 1}):
        set_limits(survey=survey, limits=parse_limits(limits), by="Max", at=now)
        if "most" in limits:
            submit(client, frame(shown), milk=1)
        assert client.get(f"/w/surveys/{key}.js").content == b"", limits
    set_limits(survey=survey, limits=parse_limits({}), by="Max", at=now)
    assert client.get(f"/w/surveys/{key}.js").content != b""
    surveys.close(survey=survey, by="Max", at=now)
    assert client.get(f"/w/surveys/{key}.js").content == b""


def test_while_everything_is_paused_nothing_appears_by_itself(client, survey, key) -> None:
    inline, popup = placed(survey, "inline"), placed(survey, "popup")
    pause(contact=None, until=None, by="Olga", at=clock.now())
    text = client.get(f"/w/surveys/{key}.js").content.decode()
    assert str(inline.uid) in text and str(popup.uid) not in text


def test_only_the_owners_sites_may_show_the_frame_on_every_page_of_it(client, survey) -> None:
    place = placed(survey)
    page = client.get(frame(place))
    assert policy(page) == f"frame-ancestors 'self' {SITE} http://testserver" and "X-Frame-Options" not in page
    assert not page.cookies and 'class="framed"' in page.content.decode()
    again = client.post(frame(place), {"form": hidden(page.content.decode())})
    assert again.status_code == 400 and SITE in policy(again)
    thanks = submit(client, frame(place), milk=1)
    assert SITE in policy(thanks) and f"/in/{place.uid}/dont/" in thanks.content.decode()
    said = {"answered": hidden(thanks.content.decode(), "answered"), "question": "milk"}
    declined = client.post(f"/s/coffee/in/{place.uid}/dont/", said)
    assert SITE in policy(declined) and "We do not remember this." in declined.content.decode()
    assert SITE in policy(client.post(frame(place), {"form": "forged"}))
    assert SITE not in policy(client.get("/s/coffee/"))
    assert Response.objects.get().origin == "popup"


def test_a_place_that_is_off_or_of_another_survey_is_not_there(client, survey) -> None:
    place, other = placed(survey, on=False), published(MILK, key="other")
    assert client.get(frame(place)).status_code == 404
    assert client.get(frame(placed(survey)).replace("coffee", other.key)).status_code == 404
    assert client.get("/s/coffee/in/00000000-0000-0000-0000-000000000000/").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"writeKey": 7, "anonymousId": "x", "places": []}',
        b'{"anonymousId": "x", "places": "x"}',
        b'{"anonymousId": {"a": 1}, "places": []}',
        b'{"writeKey": "nobody", "anonymousId": "x", "places": [null, 1, "x", {}]}',
        b'{"writeKey": "x\\u0000", "anonymousId": "\\u0000", "places": []}',
        b"x" * 5000,
    ],
)
def test_what_a_page_may_not_ask_is_refused(client, body) -> None:
    assert client.post("/w/surveys/may", body, content_type="text/plain").status_code in {400, 401}
    assert client.post("/w/surveys/met", body, content_type="text/plain").status_code in {400, 401}
    assert not Approach.objects.exists()


def test_strangers_see_what_is_for_everybody_and_nothing_is_kept_of_them(
    client, survey, key, django_assert_max_num_queries
) -> None:
    group = create_segment(name="Regular", rule={"all": []}, by="Max", at=clock.now())
    for_all, for_some = placed(survey), placed(published(MILK, key="some"), segment=group)
    with django_assert_max_num_queries(4):
        answer = may(client, key, for_all, for_some)
    assert answer.json() == [str(for_all.uid)]
    client.get(frame(for_all))
    assert met(client, key, for_all, "shown") == met(client, key, for_all, "closed") == 204
    assert not Approach.objects.exists() and not Contact.objects.exists()


def test_people_in_the_group_who_did_it_lately_see_it_and_no_one_else(client, survey, key, alice) -> None:
    at = clock.now()
    device_of(alice)
    device_of(cast.bob(), "of bob")
    rule = {"field": "contact.first_name", "op": "is", "value": alice.first_name}
    group = create_segment(name="Alices", rule=rule, by="Max", at=at)
    place = placed(survey, segment=group, event="Order Completed")
    assert may(client, key, place).json() == []
    event = Event.objects.create(
        contact=alice, recorded_for=alice, message_id="1", kind="track", name="Order Completed",
        at=at - timedelta(days=8), received=at, source="write",
    )  # fmt: skip
    assert may(client, key, place).json() == []
    Event.objects.filter(pk=event.pk).update(at=at - timedelta(days=1))
    assert may(client, key, place).json() == [str(place.uid)]
    assert may(client, key, place, device="of bob").json() == []


def test_a_person_is_asked_once_in_so_many_days_over_all_surveys_and_devices(client, survey, key, alice) -> None:
    place, other = placed(survey), placed(published(MILK, key="other"))
    device_of(alice)
    device_of(alice, "her phone")
    assert may(client, key, place, other).json() == [str(place.uid), str(other.uid)]
    assert met(client, key, place, "shown") == 204
    assert may(client, key, place, other, device="her phone").json() == []
    assert alice.pk in _people([alice.pk])[3], "a message asks nothing in the days after it"
    long_ago = clock.now() - timedelta(days=31)
    Approach.objects.update(shown=long_ago)
    assert len(may(client, key, place, other).json()) == 2
    assert met(client, key, place, "closed", device="her phone") == 204
    assert may(client, key, other).json() == [], "putting it away counts"
    Approach.objects.update(closed=long_ago)
    assert may(client, key, place, other).json() == [str(other.uid)], "what was put away stays away"
    update_business(by="Olga", at=clock.now(), survey_days=60)
    forget_cached()
    assert may(client, key, other).json() == []


def test_who_answered_or_is_paused_or_talks_with_us_is_left_alone(client, survey, key, alice) -> None:
    place, other, at = placed(survey), placed(published(MILK, key="other")), clock.now()
    device_of(alice)
    submit_as(client, place, DEVICE)
    assert Response.objects.get().contact == alice
    assert may(client, key, place, other).json() == [str(other.uid)]
    pause(contact=alice, until=None, by="Ada", at=at)
    assert may(client, key, other).json() == []
    lift_pause(contact=alice, by="Ada", at=at)
    say(contact=alice, channel="email", text="Hello", at=at)
    assert may(client, key, other).json() == []


def submit_as(client, place, device: str):
    page = client.get(frame(place)).content.decode()
    return client.post(frame(place), {"form": hidden(page), "q-milk": 1, "device": device})


def test_a_device_says_whose_answer_it_is_on_a_site_and_nowhere_else(client, survey, alice) -> None:
    device_of(alice)
    page = client.get("/s/coffee/").content.decode()
    client.post("/s/coffee/", {"form": hidden(page), "q-milk": 1, "device": DEVICE})
    assert Response.objects.get().contact != alice
    form = placed(sign_up_form())
    page = client.get(frame(form)).content.decode()
    client.post(frame(form), {"form": hidden(page), "q-permission": ADDRESS, "device": DEVICE})
    assert Response.objects.filter(contact=alice).count() == 0
    assert not alice.identities.filter(value=ADDRESS).exists()


def test_it_is_in_the_export_and_goes_with_the_person(survey, alice) -> None:
    offering.note_shown(device_of(alice), survey.pk, at=clock.now())
    assert everything(alice, for_owner=True)["surveys_approach"]
    erase(contact=alice, by="Olga", at=clock.now())
    assert not Approach.objects.exists()
