"""The owner's hours, holidays and the switch that closes the shop until a day."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from crm.business.actions import add_holiday, close_shop
from crm.business.models import Business, Changed, Holiday
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db
HOURS = {"open_days": ["1", "6"], "open_from": "08:30", "open_until": "17:00"}


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def soon(days: int = 5) -> date:
    return clock.now().date() + timedelta(days=days)


def test_hours_are_saved_and_stand_among_the_changes(olga):
    assert olga.post(reverse("settings_hours"), HOURS).status_code == 302
    shop = Business.objects.get()
    assert (shop.open_days, shop.open_from, shop.open_until) == ([1, 6], time(8, 30), time(17))
    assert "The days on which you work" in olga.get(reverse("settings_changes")).content.decode()


def test_always_open_is_from_midnight_to_midnight(olga):
    every = {"open_days": [str(day) for day in range(1, 8)], "open_from": "00:00", "open_until": "00:00"}
    assert olga.post(reverse("settings_hours"), every).status_code == 302
    assert "We are back" not in olga.get(reverse("talk")).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"open_days": []}, {"open_days": ["8"]}, {"open_until": "08:30"}, {"open_from": "x"}]
)
def test_hours_that_cannot_be_are_refused(olga, wrong):
    assert olga.post(reverse("settings_hours"), HOURS | wrong).status_code == 400
    assert Business.objects.get().open_from == time(9)


def test_closed_until_a_day_every_page_says_so_until_it_is_open_again(olga):
    until = soon()
    olga.post(reverse("close_until"), {"closed_until": until.isoformat(), "closed_tells": "on"})
    assert (Business.objects.get().closed_until, Business.objects.get().closed_tells) == (until, True)
    assert Changed.objects.filter(what="closed_until", by="Olga").exists()
    for page in ("inbox", "settings_hours"):
        assert "Closed until" in olga.get(reverse(page)).content.decode()
    olga.post(reverse("open_again"))
    assert Business.objects.get().closed_until is None
    assert "Closed until " not in olga.get(reverse("inbox")).content.decode()


@pytest.mark.parametrize("wrong", ["", "x", "0001-01-01", "9999-12-31", "today", "\x00"])
def test_a_day_that_has_been_or_is_too_far_or_none_is_refused(olga, wrong):
    day = clock.now().date().isoformat() if wrong == "today" else wrong
    assert olga.post(reverse("close_until"), {"closed_until": day}).status_code == 400
    assert not Business.objects.filter(closed_until__isnull=False).exists()


def test_holidays_are_added_renamed_and_removed(olga):
    day = soon(40)
    olga.post(reverse("new_holiday"), {"day": day.isoformat(), "name": "<b>Founders' day</b>"})
    olga.post(reverse("new_holiday"), {"day": day.isoformat(), "name": "Founder’s day", "yearly": "on"})
    holiday = Holiday.objects.get()
    assert (holiday.name, holiday.yearly) == ("Founder’s day", True)
    page = olga.get(reverse("settings_hours")).content.decode()
    assert "Founder’s day" in page and "every year" in page
    olga.post(reverse("drop_holiday", args=[holiday.pk]))
    assert not Holiday.objects.exists() and Changed.objects.filter(what="holiday").count() == 3
    assert olga.post(reverse("drop_holiday", args=[holiday.pk])).status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"day": "x"}, {"day": "0001-01-01"}, {"name": ""}, {"name": "x" * 81}, {"name": "\x00"}]
)
def test_what_is_no_holiday_is_refused_and_nothing_typed_is_lost(olga, wrong):
    response = olga.post(reverse("new_holiday"), {"day": soon().isoformat(), "name": "Inventory", **wrong})
    assert response.status_code == 400 and not Holiday.objects.exists()


def test_a_holiday_of_a_leap_day_and_those_that_have_been_can_be_shown(olga):
    add_holiday(day=date(2028, 2, 29), name="Leap day", yearly=True, by="Olga", at=cast.NOON)
    add_holiday(day=date(2001, 1, 1), name="Long ago", yearly=False, by="Olga", at=cast.NOON)
    page = olga.get(reverse("settings_hours")).content.decode()
    assert "Leap day" in page and "Long ago" not in page


@pytest.mark.parametrize("name", ["close_until", "open_again", "new_holiday"])
def test_only_owners_and_only_by_post(client, olga, name):
    assert olga.get(reverse(name)).status_code == 405
    client.force_login(cast.max_())
    assert client.post(reverse(name)).status_code == client.get(reverse("settings_hours")).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_its_page_is_looked_at(browser: Browser, run_web, size, scheme):
    olga = cast.olga()
    close_shop(until=soon(), tells=True, by="Olga", at=clock.now())
    add_holiday(day=date(2026, 12, 25), name="Christmas", yearly=True, by="Olga", at=cast.NOON)
    url = run_web()
    page = signed_in(browser, url, olga, size, scheme).new_page()
    for name, path in [("hours", reverse("settings_hours")), ("talk-closed", reverse("talk"))]:
        page.goto(url + path)
        looked_at(page, f"{name}-{size['width']}-{scheme}")
