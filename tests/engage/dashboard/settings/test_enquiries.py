"""What people write about, what often comes before leaving, and who talks with them: an owner writes it."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.business.models import Business, Changed
from crm.dialogue.actions.subjects import MOST
from crm.dialogue.models import Subject
from crm.leaving.models import Sign
from tests import cast
from tests.campaigns.surveys.questions import published

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


def signs() -> list[tuple[str, str, str]]:
    return list(Sign.objects.order_by("ref").values_list("kind", "ref", "label"))


def add(client: Client, label: str, **more: str) -> None:
    assert client.post(reverse("add_subject"), {"label": label, **more}).status_code == 302


def test_subjects_are_added_and_ticked_and_offered_on_the_page_in_their_order(olga):
    assert "What is it about?" not in olga.get(reverse("talk")).content.decode()
    add(olga, "Where is my order?")
    add(olga, "Stopping my subscription", leaving="on")
    assert signs() == [("subject", "stopping-my-subscription", "Stopping my subscription")]
    page = olga.get(reverse("talk")).content.decode()
    assert page.index("Something else") < page.index("Where is my order?") < page.index("Stopping my subscription")


def test_reworded_it_keeps_its_key_and_its_tick(olga):
    add(olga, "Stopping", leaving="on")
    olga.post(reverse("change_subject", args=["stopping"]), {"label": "Leaving us", "leaving": "on"})
    assert (Subject.objects.get().key, Subject.objects.get().label, len(signs())) == ("stopping", "Leaving us", 1)
    olga.post(reverse("change_subject", args=["stopping"]), {"label": "Leaving us"})
    assert signs() == []


def test_removed_it_is_offered_no_more_and_shows_nothing(olga):
    add(olga, "Stopping", leaving="on")
    olga.post(reverse("change_subject", args=["stopping"]), {"remove": ""})
    assert (Subject.objects.count(), signs()) == (0, [])


@pytest.mark.parametrize("label", ["取消订阅", "¿Cómo me doy de baja?", "???", "x" * 120])
def test_subjects_of_every_script_have_a_key_that_opens_their_form(olga, label):
    add(olga, label)
    add(olga, label)
    assert len(set(Subject.objects.values_list("key", flat=True))) == 2
    for subject in Subject.objects.all():
        assert olga.post(reverse("change_subject", args=[subject.key]), {"remove": ""}).status_code == 302


@pytest.mark.parametrize("label", ["", "   ", "x" * 121, "a\x00b"])
def test_what_is_no_subject_is_refused_in_words(olga, label):
    add(olga, label)
    assert not Subject.objects.exists()
    assert "at most 120 characters" in olga.get(reverse("settings_enquiries")).content.decode()


def test_there_are_no_more_than_anybody_reads(olga):
    for number in range(MOST + 1):
        add(olga, f"Subject {number}")
    assert Subject.objects.count() == MOST


def test_a_subject_that_nobody_offers_is_refused_on_the_page(client):
    add_first = Subject.objects.create(key="stop", label="Stop")
    words = {"name": "Eve", "email": "eve@shop.example", "text": "x", "subject": "other"}
    assert client.post(reverse("talk"), words).status_code == 400
    assert client.post(reverse("talk"), words | {"subject": add_first.key}).status_code == 200


def test_tags_are_ticked_and_unticked(olga):
    olga.post(reverse("add_leaving_tag"), {"tag": " May Leave "})
    olga.post(reverse("add_leaving_tag"), {"tag": "may leave"})
    assert signs() == [("tag", "may leave", "May Leave")]
    olga.post(reverse("remove_sign", args=[Sign.objects.get().pk]))
    assert signs() == []


@pytest.mark.parametrize("tag", ["", "a, b", "x" * 121, "\x00"])
def test_what_is_no_tag_is_refused(olga, tag):
    olga.post(reverse("add_leaving_tag"), {"tag": tag})
    assert signs() == []


def test_the_colleague_is_saved_and_stand_among_the_changes(olga):
    ada = cast.ada()
    assert olga.post(reverse("settings_enquiries"), {"leaving_colleague": ada.uid}).status_code == 302
    assert Business.objects.get().leaving_colleague == ada
    assert Changed.objects.get(what="leaving_colleague").after == "Ada"
    add(olga, "Stopping", leaving="on")
    page = olga.get(reverse("settings_changes")).content.decode()
    assert "Who talks with them" in page and "Often comes before leaving" in page
    assert f'value="{ada.uid}" selected' in olga.get(reverse("settings_enquiries")).content.decode()


def test_nobody_is_no_colleague(olga):
    assert olga.post(reverse("settings_enquiries"), {"leaving_colleague": "x"}).status_code == 400


def test_answers_are_ticked_on_the_page_of_their_survey_by_marketers_too(client):
    client.force_login(cast.max_())
    survey = published()
    url = reverse("tick_answers", args=[survey.uid])
    assert "coffee/milk/7" in client.get(reverse("survey", args=[survey.uid])).content.decode()
    client.post(url, {"leaving": ["coffee/milk/7", "coffee/taste/1", "coffee/words/1", "other/x/1"]})
    assert signs() == [
        ("answer", "coffee/milk/7", "Which milk do you take? none"),
        ("answer", "coffee/taste/1", "How was your last order? 1"),
    ]
    client.post(url, {"leaving": ["coffee/taste/1"]})
    assert [ref for _kind, ref, _label in signs()] == ["coffee/taste/1"]


REFUSED = [("settings_enquiries", []), ("add_subject", []), ("change_subject", ["x"]), ("add_leaving_tag", [])]


@pytest.mark.parametrize("who", [cast.ada, cast.max_])
@pytest.mark.parametrize(("name", "args"), [*REFUSED, ("remove_sign", [1])])
def test_only_the_owner_writes_them(client, who, name, args):
    client.force_login(who())
    assert client.post(reverse(name, args=args), {"label": "x", "tag": "x"}).status_code == 403
    assert (Subject.objects.count(), signs()) == (0, [])


def test_agents_tick_no_answers(client):
    client.force_login(cast.ada())
    assert (
        client.post(reverse("tick_answers", args=[published().uid]), {"leaving": ["coffee/milk/7"]}).status_code == 403
    )
    assert signs() == []
