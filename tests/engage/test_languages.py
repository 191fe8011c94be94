"""Customers read our words in their language; the team reads English, whatever its browsers ask for."""

import pytest
from django.urls import reverse
from django.utils import translation

from crm.business import actions
from crm.contacts.models import Contact
from engage.lib import clock, dates, spoken
from engage.lib.spoken import speak
from tests import cast

pytestmark = pytest.mark.django_db

SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}
ASKS = {
    "en": "What would you like to tell us?",
    "es": "¿Qué te gustaría contarnos?",
    "zh-hans": "你想告诉我们什么？",
    "ar": "ماذا تود أن تخبرنا؟",
}


def page(client, url: str = "", **headers: str) -> str:
    return client.get(url or reverse("talk"), headers=headers).content.decode()


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("es", "es"),
        ("es-MX", "es"),
        ("zh-CN", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("zh", "zh-hans"),
        ("en-GB", "en"),
        ("ar-EG", "ar"),
        ("pt, es;q=0.5", "es"),
        ("pt", "en"),
        ("*", "en"),
        ("", "en"),
        ("x" * 2000, "en"),
        ("../../etc, es", "en"),
    ],
)
def test_a_page_of_customers_is_in_the_language_of_the_browser(client, asked, language):
    said = page(client, **{"Accept-Language": asked})
    towards = "rtl" if language == "ar" else "ltr"
    assert ASKS[language] in said and f'<html lang="{language}" dir="{towards}">' in said


def test_who_asks_for_none_that_we_speak_reads_the_shops(client):
    actions.update_business(by="test", at=clock.now(), language="es")
    assert ASKS["es"] in page(client, **{"Accept-Language": "pt"}) and ASKS["es"] in page(client)
    assert ASKS["en"] in page(client, **{"Accept-Language": "en"})


def test_such_a_page_sets_no_cookie_and_is_kept_by_nobody_for_another(client):
    answer = client.get(reverse("talk"), headers=SPANISH)
    assert not answer.cookies and answer["Cache-Control"] == "no-store" and "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize("stored", ["es", "es-MX", "es_ES", "ES"])
def test_a_persons_language_goes_before_that_of_the_browser(stored):
    with translation.override("zh-hans"), speak(stored, "en"):
        assert translation.get_language() == "es"


def test_one_that_we_do_not_speak_leads_on_to_the_next_and_last_to_that_of_the_page():
    with translation.override("es"):
        with speak("pt", "zh_CN"):
            assert translation.get_language() == "zh-hans"
        with speak("pt", ""):
            assert translation.get_language() == "es"


def test_the_team_reads_english_whatever_its_browser_asks_for(client):
    client.force_login(cast.olga())
    names = ("home", "people", "inbox", "surveys", "suggestions", "polls", "contests", "offers", "messages")
    for name in names:
        english = page(client, reverse(name), **{"Accept-Language": "en"})
        spanish = page(client, reverse(name), **SPANISH)
        assert without_tokens(spanish) == without_tokens(english), name
        assert '<html lang="en" dir="ltr">' in spanish


def test_nor_do_its_forms_say_what_is_wrong_in_another(client):
    client.force_login(cast.olga())
    told = client.post(reverse("new_person"), {}, headers=SPANISH).content.decode()
    assert "Este campo" not in told and "obligatorio" not in told


def without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if not any(word in line.lower() for word in ("csrf", "nonce", "token"))]


def test_what_is_nowhere_is_said_in_the_browsers_language(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/no/such/page/", headers=SPANISH)
    assert answer.status_code == 404 and "Aquí no hay nada" in answer.content.decode()
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "3 May 2026", "3 May 2026, 14:05"),
        ("es", "3 de mayo de 2026", "3 de mayo de 2026, 14:05"),
        ("zh-hans", "2026年5月3日", "2026年5月3日 14:05"),
        ("ar", "3 مايو 2026", "3 مايو 2026, 14:05"),
    ],
)
def test_days_are_written_as_the_language_writes_them(language, day, moment):
    at = clock.now().replace(2026, 5, 3, 14, 5)
    with translation.override(language):
        assert (dates.in_words(at.date()), dates.in_words(at, "moment")) == (day, moment)


def test_every_way_to_write_a_day_is_there_in_all_languages():
    for how in dates.FORMATS:
        for language in ("en", "es", "zh-hans", "ar"):
            with translation.override(language):
                assert dates.in_words(clock.now(), how)


def test_a_person_with_a_language_of_another_name_is_still_ours():
    someone = cast.contact("Ana", "ana@shop.example", language="es-MX")
    assert spoken.spoken(Contact.objects.get(pk=someone.pk).language) == "es"
