"""Where a survey appears: set up, changed and switched off; links and codes that say where they stand."""

import pytest
from django.urls import reverse

from campaigns.surveys.models import Placement, Response
from crm.business.actions import create_key, update_business
from crm.contacts.models import Contact
from crm.segments.actions import create_segment
from crm.segments.models import Membership
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.embeds.places import placed
from tests.campaigns.surveys.questions import MILK, published
from tests.campaigns.surveys.sign_ups import WORDS, sign_up_form
from tests.engage.dashboard.counting import queries_of

pytestmark = pytest.mark.django_db

SAID = {"sites": "Shop.example\nhttp://localhost:8000/x", "paths": "/tea/*\n/", "when": "scroll", "amount": "60"}


@pytest.fixture(autouse=True)
def max_(client):
    person = cast.max_()
    client.force_login(person)
    return person


@pytest.fixture
def survey():
    return published(MILK, title='Milk <b>& "more"')


def test_a_place_is_set_up_changed_and_switched_off_and_on(client, survey, alice: Contact) -> None:
    rule = {"field": "contact.first_name", "op": "is", "value": alice.first_name}
    group = create_segment(name="Alices", rule=rule, by="Max", at=clock.now())
    new = reverse("new_place", args=[survey.uid, "popup"])
    assert client.get(new).status_code == 200
    said = SAID | {"segment": str(group.uid), "starts": "2026-05-01", "ends": "2026-05-31"}
    assert client.post(new, said).status_code == 302
    place = Placement.objects.get()
    assert (place.on, place.origin, place.sites) == (True, "popup", ["https://shop.example", "http://localhost:8000"])
    assert (place.paths, place.when, place.amount, place.segment) == (["/tea/*", "/"], "scroll", 60, group)
    assert (place.ends - place.starts).days == 31
    assert Membership.objects.filter(segment=group, contact=alice).exists(), "who is in the group is kept from now on"
    edit = reverse("edit_place", args=[survey.uid, place.uid])
    assert 'value="2026-05-31"' in client.get(edit).content.decode()
    client.post(edit, SAID | {"when": "seconds", "amount": "5", "event": "Order Completed"})
    place.refresh_from_db()
    assert (place.when, place.amount, place.event) == ("seconds", 5, "Order Completed")
    assert (place.segment, place.ends) == (None, None)
    for on in (False, True):
        client.post(reverse("switch_place", args=[survey.uid, place.uid]), {"on": int(on)})
        place.refresh_from_db()
        assert place.on is on
    client.post(new, SAID)
    assert sorted(Placement.objects.values_list("origin", flat=True)) == ["popup", "popup-2"]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("sites", ""),
        ("sites", "javascript:alert(1)"),
        ("paths", "tea"),
        ("paths", "/" + "a" * 200),
        ("paths", "/*a*a*a*a*"),
        ("amount", "101"),
        ("amount", "-1"),
        ("when", "never"),
        ("segment", "nobody"),
        ("starts", "yesterday"),
        ("event", "x" * 201),
    ],
)
def test_what_makes_no_sense_comes_back_with_a_word_beside_it(client, survey, field: str, text: str) -> None:
    answer = client.post(reverse("new_place", args=[survey.uid, "popup"]), SAID | {field: text})
    assert answer.status_code == 400 and answer.context["form"].errors.keys() == {field}
    assert not Placement.objects.exists()


def test_the_page_shows_figures_code_and_what_sites_need(client, survey) -> None:
    create_key(kind="site", name="Website")
    bare = queries_of(client, reverse("survey_places", args=[survey.uid]))
    placed(survey, "inline"), placed(survey, "popup"), placed(survey, "slide", on=False)
    url = reverse("survey_places", args=[survey.uid])
    assert queries_of(client, url) <= bare + 1
    page = client.get(url).content.decode()
    assert "&lt;div data-engage-survey=&quot;coffee&quot; style=&quot;min-height:" in page
    assert "<b>&" not in page and "/s/coffee/?o=site" in page
    assert "script-src" in page and "/w/surveys/site_" in page
    update_business(by="Olga", at=clock.now(), survey_days=45)
    assert "once in 45 days" in client.get(url).content.decode()


def test_the_example_page_shows_the_draft_counts_nothing_and_keeps_nothing(client, survey) -> None:
    place = placed(survey, "inline", on=False, paths=["/tea/*"])
    page = client.get(reverse("try_place", args=[survey.uid, place.uid])).content.decode()
    assert 'data-engage-survey="coffee"' in page
    script = client.get(reverse("try_place_script", args=[survey.uid, place.uid]))
    assert "preview" in script.content.decode() and script["Cache-Control"] == "no-store"
    path = script.content.decode().partition('"x":"')[2].partition('"')[0]
    shown = client.get(path)
    assert 'class="framed"' in shown.content.decode() and 'data-begun=""' in shown.content.decode()
    assert client.post(path, {"q-milk": 1}).status_code == 200 and not Response.objects.exists()
    other = published(MILK, key="other")
    assert client.get(reverse("try_place", args=[other.uid, place.uid])).status_code == 404


def test_a_link_says_where_it_stands_and_becomes_a_code_and_a_page_to_print(client) -> None:
    form = sign_up_form()
    url = reverse("share_survey", args=[form.uid])
    assert client.get(url).context["link"].endswith("/s/letters/")
    page = client.get(url, {"o": "QR Counter"})
    assert page.context["link"].endswith("/s/letters/?o=qr-counter")
    svg, png = client.get(page.context["qr"]), client.get(page.context["png"])
    assert svg.content.startswith(b"<?xml") and png.content.startswith(b"\x89PNG")
    sheet = client.get(page.context["sheet"]).content.decode()
    assert WORDS in sheet and "?o=qr-counter" in sheet and "Point the camera" in sheet
    for bad in ("<script>", "a" * 31, "é"):
        assert client.get(url, {"o": bad}).status_code == 400
        assert client.get(reverse("survey_qr", args=[form.uid, "svg"]), {"o": bad}).status_code == 404
    assert client.get(reverse("survey_qr", args=[form.uid, "gif"])).status_code == 404
