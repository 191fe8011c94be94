"""Whoever writes a message picks what it cites, and sees it with three real people."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from crm.preferences.models import Preference, PreferenceKey
from engage.lib import clock
from tests import cast
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def preview(client: Client, text: str, subject: str = "News") -> str:
    return client.post(reverse("preview_memory"), {"subject": subject, "text": text}).content.decode()


def test_each_says_how_many_it_would_show_for(olga: Client) -> None:
    alice, bob = cast.alice(), cast.bob()
    told(alice)
    told(bob, at=clock.now() - timedelta(days=900))
    told(alice, "nuts", key="allergy")
    told(alice, "Tea", key="kind", kind="observed", source_kind="rule")
    PreferenceKey.objects.filter(key="allergy").update(sensitive=True)
    page = olga.get(reverse("pick_memory")).content.decode()
    assert "{% recall milk %}Milk: {{ value }}, {{ because }}.{% endrecall %}" in page
    assert "1 person" in page and "Allergy" not in page and "0 people" in page


def test_three_real_people_read_it_as_it_would_be(olga: Client) -> None:
    alice, bob, carol = cast.alice(), cast.bob(), cast.carol()
    told(alice)
    told(bob, "soy milk", at=clock.now() - timedelta(days=900))
    page = preview(olga, "Hello {{ contact.first_name }}{% recall milk %}, still {{ value }}{% endrecall %}.")
    assert "Alice Moreau" in page and "Hello Alice, still oat milk." in page
    assert "Hello Bob." in page and "soy" not in page
    assert "Hello Carol." in page and str(carol) in page


def test_who_asked_us_not_to_mention_it_is_no_example(olga: Client) -> None:
    told(cast.alice())
    Preference.objects.update(mention=False)
    assert "oat milk" not in preview(olga, "{% recall milk %}{{ value }}{% endrecall %}")


@pytest.mark.parametrize("text", ["", "{% recall", "{{ nothing }}", "\x00", "{% recall milk %}x", "x" * 200_000])
def test_what_cannot_be_written_says_why_and_breaks_nothing(olga: Client, text: str) -> None:
    told(cast.alice())
    answer = olga.post(reverse("preview_memory"), {"subject": "s", "text": text})
    assert answer.status_code == 200


def test_agents_write_no_messages(client: Client) -> None:
    client.force_login(cast.ada())
    assert client.get(reverse("pick_memory")).status_code == 403
    assert client.post(reverse("preview_memory")).status_code == 403
