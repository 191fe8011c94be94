"""Who changed which setting stays on record, from what to what; secrets never do."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.business import actions
from crm.business.models import Changed, Key
from crm.preferences.models import PreferenceKey
from crm.preferences.rereading import save_key
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def kept() -> list[tuple[str, str, str, str, str]]:
    return list(Changed.objects.order_by("id").values_list("what", "about", "before", "after", "by"))


def test_a_setting_that_was_changed_is_on_record_and_one_that_stayed_is_not(olga: Client) -> None:
    actions.update_business(by="Olga", at=clock.now(), name="Quay Lane", weekly_cap=2, live=True)
    assert kept() == [("name", "", "", "Quay Lane", "Olga"), ("live", "", "no", "yes", "Olga")]
    page = olga.get(reverse("settings_changes")).content.decode()
    assert "Quay Lane" in page and "Olga" in page
    actions.update_business(by="Olga", at=clock.now(), name="Quay Lane")
    assert len(kept()) == 2


def test_what_is_refused_is_not_on_record() -> None:
    with pytest.raises(Exception, match="colour"):
        actions.update_business(by="Olga", at=clock.now(), name="X", colour="red")
    assert kept() == []


def test_roles_accounts_keys_and_what_may_be_mentioned(olga: Client) -> None:
    ada, at = cast.ada(), clock.now()
    actions.change_role(ada, role="marketer", by="Olga", at=at)
    actions.close_account(ada, by="Olga", at=at)
    actions.open_account(ada, by="Olga", at=at)
    key, text = actions.create_key(kind="api", name="till", by=ada)
    actions.revoke_key(key, by=ada, at=at)
    actions.revoke_key(key, by=ada, at=at)
    about = PreferenceKey.objects.create(key="milk", label="Milk")
    about.citable = True
    save_key(about, by="Max", at=at)
    assert [(what, before, after) for what, _about, before, after, _by in kept()] == [
        ("role", "agent", "marketer"),
        ("account", "open", "closed"),
        ("account", "closed", "open"),
        ("key", "", "made"),
        ("key", "made", "revoked"),
        ("memory.citable", "no", "yes"),
    ]
    page = olga.get(reverse("settings_changes")).content.decode()
    assert "We may mention it in messages" in page and "till" in page
    everything = str(list(Changed.objects.values()))
    assert text not in everything and Key.objects.get().hint not in everything


def test_the_page_costs_the_same_however_much_was_changed(olga: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert olga.get(reverse("settings_changes")).status_code == 200
        return len(captured)

    actions.update_business(by="Olga", at=clock.now(), name="A")
    queries()
    few = queries()
    for number in range(60):
        actions.update_business(by="Olga", at=clock.now(), name=f"Shop {number}")
    queries()
    assert queries() == few
    page = olga.get(reverse("settings_changes")).content.decode()
    assert "Shop 59" in page and "Shop 1<" not in page and "cursor=" in page


@pytest.mark.parametrize("who", [cast.ada, cast.max_])
def test_only_owners_look_at_it(client: Client, who) -> None:
    client.force_login(who())
    assert client.get(reverse("settings_changes")).status_code == 403
