"""A survey in several languages: each person reads their own, and every answer is the same in all of them."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.asked.languages import choose, in_language, missing
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.models import Response, Survey
from campaigns.surveys.results import results
from crm.contacts.models import Consent, Contact
from tests import cast
from tests.campaigns.surveys.pages import hidden
from tests.campaigns.surveys.questions import MILK, STARS, definition, published, tap
from tests.campaigns.surveys.sign_ups import PERMISSION, ask, link, sign_up_form
from tests.campaigns.surveys.walking import MILK_RULE, begins, go, says
from tests.engage.dashboard.looking import LOOKS, looked_at

pytestmark = pytest.mark.django_db

PAGE = "/s/coffee/"
ES = {"text": "¿Qué leche tomas?", "choice.1": "leche de avena", "choice.2": "leche de soja", "choice.7": "ninguna"}
AR = {"text": "أي حليب تفضل؟", "choice.1": "حليب الشوفان", "choice.2": "حليب الصويا"}
MILKS = MILK | {"texts": {"es": ES, "ar": AR}}
TASTE = STARS | {"show": MILK_RULE, "text": 'And how was the {{ answer.milk | default: "milk" }}?'}
TASTE |= {"texts": {"es": {"text": '¿Y qué tal la {{ answer.milk | default: "leche" }}?'}}}
FIELDS = {
    "languages": ["es", "ar"],
    "texts": {"es": {"title": "Tu café"}, "ar": {"title": "قهوتك", "next": "التالي", "send": "أرسل"}},
}
WORDS = {"en": "oat milk", "es": "leche de avena", "ar": "حليب الشوفان"}


@pytest.fixture
def spoken(db) -> Survey:
    return published(MILKS, begins("order"), TASTE, **FIELDS)


def page(client, url: str = PAGE, **headers: str) -> str:
    return client.get(url, headers=headers).content.decode()


def test_the_link_then_the_person_then_the_browser_then_its_own(client, spoken, message, alice):
    es = {"Accept-Language": "fr, es-MX;q=0.8"}
    assert "Which milk" in page(client) and "¿Qué leche" in page(client, **es)
    assert "Which milk" in page(client, f"{PAGE}?lang=en", **es) and "¿Qué leche" in page(
        client, f"{PAGE}?lang=xx", **es
    )
    Contact.objects.filter(pk=alice.pk).update(language="es")
    assert "¿Qué leche" in page(client, tap(message), **{"Accept-Language": "en"})
    arabic = page(client, f"{PAGE}?lang=ar")
    assert 'lang="ar" dir="rtl"' in arabic and "قهوتك" in arabic and "التالي</button>" in arabic
    assert arabic.count("none") == 1, "an answer that is not translated is read in the survey's own language"


@pytest.mark.parametrize("language", WORDS)
def test_an_answer_keeps_the_words_shown_and_is_the_same_value_for_rules_and_results(client, spoken, language):
    second = go(client, client.get(f"{PAGE}?lang={language}"), milk=1)
    assert says(
        second, {"en": "how was the oat milk?", "es": "¿Y qué tal la leche de avena?", "ar": "And how"}[language]
    )
    thanks = go(client, second, taste=5)
    assert says(thanks, WORDS[language])
    response = Response.objects.get()
    kept = response.answers["milk"]
    asked = {"en": MILK["text"], "es": ES["text"], "ar": AR["text"]}[language]
    assert (kept["value"], kept["chosen"], kept["words"], kept["question"]) == (
        "oat milk",
        ["1"],
        WORDS[language],
        asked,
    )
    assert response.language == language
    (milk, *_rest) = results.results(spoken, parse(spoken.current.definition)).questions
    assert milk.question.text == MILK["text"] and milk.tally.bars[0].count == 1


def test_the_switcher_keeps_what_is_filled_in_and_saves_nothing(client, spoken):
    first = client.get(PAGE)
    second = go(client, first, do="lang:es", milk=2)
    assert says(second, "¿Qué leche") and 'value="2" checked' in second.content.decode()
    assert not Response.objects.exists()
    assert says(go(client, second, do="lang:xx", milk=2), "¿Qué leche")
    assert says(go(client, second, milk=2), "leche de soja") or Response.objects.get().language == "es"


def test_what_they_agree_to_is_kept_in_the_words_they_read(client):
    words = "Sí, escribidme."
    sign_up_form(PERMISSION | {"texts": {"es": {"text": words}}}, languages=["es"])
    client.post("/s/letters/", {"form": hidden(page(client, "/s/letters/?lang=es")), "q-permission": "d@shop.example"})
    assert says(client.get(link()), words)
    client.post(link())
    assert set(Consent.objects.filter(state="granted").values_list("words", flat=True)) == {words}
    ask(client, "e@shop.example")
    assert says(client.get(link()), PERMISSION["text"])


def test_missing_texts_are_counted_and_chosen_languages_are_alike():
    read = parse(definition(MILKS, STARS, **FIELDS | {"languages": ["es", "ar", "ca"]}))
    assert missing(read) == {"es": 1, "ar": 2, "ca": 6 + 3}, "and our buttons, where we do not speak it"
    assert in_language(read, "es").questions[1].text == STARS["text"]
    assert [choose(read, "en", [one]) for one in ("es-mx", "AR", "fr", "")] == ["es", "ar", "en", "en"]


@pytest.mark.parametrize(
    "fields",
    [
        {"languages": ["x"]},
        {"languages": "es"},
        {"language": 3},
        {"texts": {"es": []}},
        {"texts": {"es": {"title": 3}}},
        {"texts": {"es": {"title": "a" * 1001}}},
        {"texts": {"es": {"__class__": "x"}}},
        {"texts": {"../": {"title": "x"}}},
    ],
)
def test_what_is_no_text_in_a_language_is_refused(fields):
    with pytest.raises(BadDefinition):
        parse(definition(**fields))


def test_the_owner_adds_a_language_writes_its_texts_and_hears_what_is_missing(client):
    survey = published(MILK, STARS)
    client.force_login(cast.max_())
    url = reverse("survey_texts", args=[survey.uid])

    def post(**said: str):
        survey.refresh_from_db()
        return client.post(url, {"seen": survey.revision, **said})

    assert "There is one language" in page(client, url)
    assert post(do="add", new="es").status_code == 302 and post(do="add", new="nonsense").status_code == 302
    table = page(client, f"{url}?language=es")
    names = re.findall(r'<textarea class="input" id="[^"]+" name="([^"]+)"', table)
    texts = ["t-milk-text", "t-milk-choice.1", "t-milk-choice.2", "t-milk-choice.7", "t-taste-text"]
    assert names == ["t--title", *texts]
    assert "6 missing" in table and table.count("survey-lacks") == 6
    assert post(language="es", **{"t-milk-text": " ¿Qué leche? ", "t-milk-choice.1": "avena"}).status_code == 302
    assert "4 missing" in page(client, url)
    long = post(language="es", **{"t-milk-text": "a" * 1001})
    assert long.status_code == 400 and "a" * 1001 in long.content.decode()
    assert client.post(url, {"seen": 1, "language": "es", "t-milk-text": "x"}).status_code == 409
    shown = client.post(reverse("publish_survey", args=[survey.uid]), follow=True).content.decode()
    assert "Texts are missing: Español 4. They are read in English." in shown
    assert "¿Qué leche?" in page(client, f"{PAGE}?lang=es") and "soy milk" in page(client, f"{PAGE}?lang=es")
    post(do="drop es", language="es")
    survey.refresh_from_db()
    assert survey.draft["languages"] == [] and survey.draft["questions"][0]["texts"] == {}
    client.force_login(cast.ada())
    assert client.get(url).status_code == 403


def test_the_table_shows_all_languages_and_each_gap_leads_to_where_it_is_written(client):
    survey = published(MILKS, STARS, languages=["es", "he"])
    client.force_login(cast.max_())
    url = reverse("survey_texts", args=[survey.uid])
    table = page(client, f"{url}?language=es")
    assert 'href="?language=he#t-milk-text"' in table and 'href="?language=he#t--send"' in table
    assert 'id="t-milk-text"' in page(client, f"{url}?language=he")


def test_words_of_ours_in_another_language_than_the_survey_say_so(client):
    published(MILK | {"texts": {"he": {"text": "איזה חלב?"}}}, languages=["he"])
    hebrew = page(client, f"{PAGE}?lang=he", **{"Accept-Language": "es"})
    assert '<html lang="he" dir="rtl">' in hebrew and "איזה חלב?" in hebrew
    assert 'value="next" lang="es" dir="ltr">Confirmar</button>' in hebrew
    english = page(client, f"{PAGE}?lang=he", **{"Accept-Language": "he"})
    assert 'value="next" lang="en" dir="ltr">Confirm</button>' in english
    assert 'lang="en" dir="ltr">Confirm' not in page(client, f"{PAGE}?lang=en")


def test_a_survey_of_one_language_says_which_it_is(client):
    published(MILK, language="ar")
    shown = page(client, **{"Accept-Language": "es"})
    assert '<html lang="ar" dir="rtl">' in shown and ">تأكيد</button>" in shown and "Confirmar" not in shown


@pytest.mark.django_db(transaction=True)
def test_the_switcher_by_hand_from_left_to_right_and_back(live_server, collected_static, browser: Browser):
    published(MILKS, begins("order"), TASTE, **FIELDS)
    for size, scheme in LOOKS[2:]:
        context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
        there = context.new_page()
        there.goto(f"{live_server.url}{PAGE}")
        there.get_by_label("oat milk").check()
        there.locator("button[lang=ar]").click()
        expect(there.get_by_label("حليب الشوفان")).to_be_checked()
        assert there.evaluate("getComputedStyle(document.body).direction") == "rtl"
        looked_at(there, f"languages-{scheme}")
        context.close()
