"""Behind the gear: the shop, sending and the step to Live, keys shown once, the team, limits, health."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from crm.business import actions, queries
from crm.business.models import Key, User
from crm.contacts.models import Topic
from crm.events.actions import stop_belt
from crm.events.models import BeltStop
from engage.dashboard.settings import live_checks
from engage.dashboard.settings.places import COUNTRIES, PLACES
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db
PAGES = (
    "settings_business",
    "settings_sending",
    "settings_website",
    "settings_team",
    "settings_limits",
    "settings_health",
    "settings_keys",
)


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


@pytest.mark.parametrize("name", PAGES)
def test_owners_may_open_each_page(olga: Client, name: str) -> None:
    assert olga.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_marketers_may_open_health_only(client: Client, name: str) -> None:
    client.force_login(cast.max_())
    assert client.get(reverse(name)).status_code == (200 if name == "settings_health" else 403)


def test_the_shop_is_saved_through_its_action(olga: Client) -> None:
    form = {
        "name": "Quay Lane",
        "one_word": "coffee",
        "colour": "#7A4B00",
        "postal_address": "4 Quay Lane",
        "address_form": "you",
        "country": "IE",
        "timezone": "Europe/Dublin",
        "currency": "EUR",
        "language": "en",
    }
    assert olga.post(reverse("settings_business"), form).status_code == 302
    assert queries.fresh_business().timezone == "Europe/Dublin"
    page = olga.post(reverse("settings_business"), form | {"colour": "red;}"}).content.decode()
    assert "errorlist" in page
    assert queries.fresh_business().colour == "#7A4B00"


def test_limits_refuse_what_makes_no_sense(olga: Client) -> None:
    form = {
        "weekly_cap": 99,
        "question_days": 14,
        "survey_days": 60,
        "quiet_from": "20:00",
        "quiet_until": "09:00",
        "held_policy": "go",
        "held_hours": 2,
    }
    assert "At most 50." in olga.post(reverse("settings_limits"), form).content.decode()
    assert olga.post(reverse("settings_limits"), form | {"weekly_cap": 3}).status_code == 302
    assert queries.fresh_business().weekly_cap == 3


def test_a_topic_can_be_added_once(olga: Client) -> None:
    before = Topic.objects.count()
    for _ in range(2):
        olga.post(reverse("add_topic"), {"label": "Tastings", "key": "tastings"})
    assert Topic.objects.count() == before + 1


def test_a_key_is_shown_once(olga: Client) -> None:
    answer = olga.post(reverse("settings_keys"), {"kind": "write", "name": "Web shop"})
    (text,) = re.findall(r">(write_[\w-]+)</pre>", answer.content.decode())
    assert answer.headers["Cache-Control"] == "no-store"
    assert bytes(Key.objects.get().digest) == actions.digest(text)
    assert text not in olga.get(reverse("settings_keys")).content.decode()


def test_a_revoked_key_stays_in_the_list_and_opens_nothing(olga: Client) -> None:
    key, _ = actions.create_key(kind="api", name="Reports")
    olga.post(reverse("revoke_key", args=[key.uid]))
    key.refresh_from_db()
    assert key.revoked
    assert "revoked" in olga.get(reverse("settings_keys")).content.decode()


def test_the_script_is_made_once_and_can_be_copied(olga: Client) -> None:
    for _ in range(2):
        olga.post(reverse("settings_website"))
    key = Key.objects.get(kind="site")
    page = olga.get(reverse("settings_website")).content.decode()
    assert f"/w/{key.public}.js" in page
    assert "&lt;script async" in page


def test_a_colleague_is_invited_with_a_link_shown_once(olga: Client) -> None:
    form = {"name": "Ada", "email": "Ada@Team.Example", "role": "agent"}
    page = olga.post(reverse("settings_team"), form).content.decode()
    (link,) = re.findall(r">https?://[^/]+(/accounts/password/reset/key/[^<]+)</pre>", page)
    ada = User.objects.get(email="ada@team.example")
    assert (ada.role, ada.has_usable_password()) == ("agent", False)
    stranger = Client()
    form_page = stranger.get(link, follow=True)
    path = form_page.redirect_chain[-1][0]
    password = {"password1": "five green bottles", "password2": "five green bottles"}
    stranger.post(path, password)
    ada.refresh_from_db()
    assert ada.check_password("five green bottles")
    assert "signs in with this address already" in olga.post(reverse("settings_team"), form).content.decode()


def test_a_role_can_be_changed(olga: Client) -> None:
    ada = cast.ada()
    olga.post(reverse("change_colleague", args=[ada.uid]), {"role": "marketer"})
    ada.refresh_from_db()
    assert ada.role == "marketer"


def test_the_last_owner_stays(olga: Client) -> None:
    owner = User.objects.get()
    olga.post(reverse("change_colleague", args=[owner.uid]), {"role": "agent"})
    olga.post(reverse("hand_over_colleague", args=[owner.uid]), {"to": "nobody"})
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == ("owner", True)


class FakeNames:
    """Name servers that know these records."""

    def __init__(self, spf: list[str] | None = None, dmarc: list[str] | None = None) -> None:
        self.spf, self.dmarc = spf, dmarc

    def txt(self, name: str) -> list[str] | None:
        return self.dmarc if name.startswith("_dmarc.") else self.spf

    def mx(self, name: str) -> list[str] | None:
        return None

    addresses = names_of = mx


def test_live_lists_what_is_missing_with_its_fix(settings) -> None:
    settings.PUBLIC_URL, settings.MAIL_SERVER = "http://localhost:8000", None
    found = live_checks.checks(queries.fresh_business(), FakeNames())
    assert [check.ok for check in found] == [False] * 5
    assert all(check.fix for check in found)


@pytest.mark.parametrize(
    ("spf", "dmarc", "expected"),
    [
        (["v=spf1 include:x -all"], ["v=DMARC1; p=none"], [True, True]),
        (["other"], [], [False, False]),
        (None, None, [None, None]),
    ],
)
def test_the_senders_domain_is_asked(settings, spf, dmarc, expected: list[bool | None]) -> None:
    settings.PUBLIC_URL, settings.MAIL_SERVER = "https://shop.test", {"BACKEND": "smtp"}
    shop = actions.update_business(
        by="test",
        at=clock.now(),
        name="Quay Lane",
        sender_name="Olga",
        sender_email="olga@quay.test",
        postal_address="4 Quay Lane",
    )
    found = live_checks.checks(shop, FakeNames(spf, dmarc))
    assert [check.ok for check in found] == [True] * 5 + expected


def test_going_live_is_refused_while_something_is_missing_and_says_what(olga: Client) -> None:
    page = olga.post(reverse("go_live"), follow=True).content.decode()
    assert not queries.fresh_business().live
    assert "Still missing: A sender with a name and an address; A postal address at the foot of each message" in page


@pytest.mark.parametrize(
    ("host", "reachable"),
    [
        ("shop.test", True),
        ("localhost", False),
        ("", False),
        ("shop", False),
        ("shop.local", False),
        ("till.lan.", False),
        ("192.168.1.7", False),
        ("10.0.0.1", False),
        ("127.0.0.1", False),
        ("::1", False),
        ("fd00::1", False),
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
    ],
)
def test_customers_reach_no_address_of_this_house(host: str, reachable: bool) -> None:
    assert live_checks.is_reachable(host) is reachable


def test_over_plain_http_nobody_unsubscribes_with_one_click(settings) -> None:
    settings.PUBLIC_URL = "http://shop.test"
    found = {check.title: check for check in live_checks.checks(queries.fresh_business(), FakeNames())}
    assert found["An address of this product that customers can reach"].ok
    assert not found["Unsubscribing with one click, from within a mail program"].ok


def test_a_demo_never_goes_live(olga: Client, settings) -> None:
    actions.update_business(by="test", at=clock.now(), demo=True)
    page = olga.post(reverse("go_live"), follow=True).content.decode()
    assert "A demo shop never writes to anybody." in page
    assert not queries.fresh_business().live


def test_a_stopped_belt_is_seen_everywhere_and_started_again(olga: Client) -> None:
    stop_belt("listen", reason="6 % of a minute's events fail: KeyError.", at=clock.now())
    assert "The listen belt has stopped" in olga.get(reverse("home")).content.decode()
    assert "6 % of a minute" in olga.get(reverse("settings_health")).content.decode()
    olga.post(reverse("restart_belt", args=["listen"]))
    assert BeltStop.objects.get().lifted


def test_every_country_of_the_list_sets_what_the_shop_needs() -> None:
    assert {code for code, _ in COUNTRIES} - {"ZZ"} == PLACES.keys()


def test_health_costs_a_constant_number_of_queries(olga: Client, django_assert_num_queries) -> None:
    olga.get(reverse("settings_health"))
    with django_assert_num_queries(9):
        olga.get(reverse("settings_health"))
