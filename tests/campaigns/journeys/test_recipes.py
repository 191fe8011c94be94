"""Every recipe in every language: its definition is right, and its letters read well, whatever is known."""

import re
from pathlib import Path

import pytest

from campaigns.channels.compile import compile_design
from campaigns.channels.liquid import check, question_keys, recall_keys
from campaigns.channels.names import SAMPLE
from campaigns.channels.preview import preview_three
from campaigns.journeys.actions import create_journey, publish
from campaigns.journeys.definition import Errand, Send
from campaigns.journeys.parse import parse
from campaigns.journeys.recipes import LANGUAGES, RECIPES, Asks, Filling, Recipe, offered, spoken
from campaigns.journeys.recipes.letters import FOLDER, finished
from campaigns.journeys.recipes.recipe import NO_QUESTION
from campaigns.surveys.queries import OneTap, one_taps
from crm.contacts.models import Topic
from crm.preferences.models import PreferenceKey
from crm.rules import InvalidRule
from engage.lib import clock
from tests.campaigns.surveys.questions import STARS, published

pytestmark = pytest.mark.django_db
EVERY = [(recipe, language) for recipe in RECIPES.values() for language in LANGUAGES]
NAMES = [f"{recipe.slug}-{language}" for recipe, language in EVERY]
EVERY_LETTER = [(recipe, letter, language) for recipe, language in EVERY for letter in recipe.letters]
LETTER_NAMES = [f"{recipe.slug}-{letter.name}-{language}" for recipe, letter, language in EVERY_LETTER]
SPELLING = {
    "en": (r"\b(the|you|and)\b", r"[¿¡ñ一-鿿]"),
    "es": (r"\b(que|por|una)\b", r"\b(the|you|your)\b|[一-鿿]"),
    "zh-hans": (r"[一-鿿]", r"\b(the|you|que)\b|[.,?] "),
}


@pytest.fixture
def question() -> dict[Asks | None, OneTap]:
    """A shop with two questions, a topic and two memories."""
    Topic.objects.create(key="offers", label="Offers")
    for key, type_ in (("roast", "text"), ("visit", "date")):
        PreferenceKey.objects.create(key=key, label=key.capitalize(), type=type_, citable=True)
    published(key="coffee")
    published(STARS, key="stars")
    taps = one_taps(["coffee", "stars"])
    return {Asks.REMEMBERED: taps["coffee"], Asks.STARS: taps["stars"], None: NO_QUESTION}


def filling(language: str, question: OneTap = NO_QUESTION, **more) -> Filling:
    return Filling(language, question=question.survey, answer=question.preference, **more)


def draft_of(recipe: Recipe, question: OneTap, filled: Filling, **fields) -> dict:
    return recipe.build(offered(recipe, filled, topic="offers") | fields, question)


@pytest.mark.parametrize(("recipe", "language"), EVERY, ids=NAMES)
@pytest.mark.parametrize("memory", ["roast", ""])
def test_a_recipe_taken_as_it_is_can_be_published(question, recipe, language, memory):
    asked = question[recipe.asks]
    draft = draft_of(recipe, asked, filling(language, asked, memory=memory, date="visit"))
    journey = create_journey(name="Mine", draft=draft, by="Max", at=clock.now())
    publish(journey, by="Max", at=clock.now())
    assert journey.state == "live"


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_each_way_to_begin_and_each_wait_makes_a_right_definition(question, recipe):
    asked = question[recipe.asks]
    for start in recipe.starts:
        for wait in ("now", "1_day"):
            draft = draft_of(recipe, asked, filling("en", asked, date="visit"), start=start, wait=wait)
            definition = parse(draft)
            assert {send.id for send in definition.all(Send)} == {letter.step for letter in recipe.letters}


@pytest.mark.parametrize(("recipe", "letter", "language"), EVERY_LETTER, ids=LETTER_NAMES)
@pytest.mark.parametrize("polite", [False, True])
def test_a_letter_reads_well_to_those_who_told_us_and_to_those_who_did_not(recipe, letter, language, polite):
    filled = Filling(language, polite, "coffee", "milk", "roast", "visit")
    said = finished(recipe.slug, letter.name, filled)
    assert check(said.subject, "subject") == [] and check(said.text, "letter") == []
    skeleton = compile_design(said.subject, said.text, "letter")
    recalled, asked = recall_keys(said.text), question_keys(said.text)
    assert recalled or asked, "each letter uses what we remember, or adds to it"
    nobody = {**SAMPLE, "contact": {"name": "", "first_name": ""}}
    for given in (SAMPLE, nobody):
        previews = preview_three(skeleton, recalled, asked, given)
        for shown in (previews.with_facts, previews.without):
            for text in (shown.subject, shown.text, shown.html):
                assert not re.search(r"\{[{%]|[%}]\}|\[\w|\[\||None", text)
            assert not re.search(r"[!！]|[\U0001F000-\U0001FAFF]| ,|，，|: *:", shown.subject + shown.text)
            assert "Unsubscribe" in shown.html and "What we remember about you" in shown.html
        for key in recalled:
            assert key in previews.with_facts.text and key not in previews.without.text
    greeting = previews.without.text.strip().splitlines()[0]
    assert greeting in {"Hello there,", "Hola, buenas:", "Hola, buenos días:", "朋友，您好："}


@pytest.mark.parametrize(("recipe", "letter", "language"), EVERY_LETTER, ids=LETTER_NAMES)
def test_a_letter_is_in_its_language(recipe, letter, language):
    said = finished(recipe.slug, letter.name, Filling(language))
    words = re.sub(r"\{[{%].*?[%}]\}", "", f"{said.subject}\n{said.text}")
    has, has_not = SPELLING[language]
    assert re.search(has, words) and not re.search(has_not, words)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_letters_speak_to_friends_or_politely(recipe):
    for letter in recipe.letters:
        friendly = finished(recipe.slug, letter.name, Filling("es", question="q", answer="a", memory="m", date="d"))
        polite = finished(recipe.slug, letter.name, Filling("es", True, "q", "a", "m", "d"))
        assert not re.search(r"\b(usted|su|sus)\b", friendly.subject + friendly.text)
        assert not re.search(r"\b(te|tu|tus|ti)\b", polite.subject + polite.text)
        assert friendly != polite


@pytest.mark.parametrize(("recipe", "letter", "language"), EVERY_LETTER, ids=LETTER_NAMES)
def test_a_letter_of_a_shop_that_remembers_nothing_leaves_those_paragraphs_out(recipe, letter, language):
    bare = finished(recipe.slug, letter.name, Filling(language, question="coffee"))
    assert recall_keys(bare.text) == [] and "[" not in re.sub(r"\{[{%].*?[%}]\}", "", bare.text)
    assert bare.text.endswith("{{ business.sender_name }}")


@pytest.mark.parametrize(("recipe", "language"), EVERY, ids=NAMES)
def test_no_letter_quotes_what_somebody_looked_at_or_searched_for(recipe, language):
    for letter in recipe.letters:
        said = finished(recipe.slug, letter.name, Filling(language, memory="roast"))
        assert not re.search(r"looked at|searched|viewed|saw you|visto|buscad|浏览|搜索", said.subject + said.text)


def test_every_file_is_a_letter_of_a_recipe_in_each_language():
    names = {f"{r.slug}.{letter.name}" if letter.name else r.slug for r in RECIPES.values() for letter in r.letters}
    for language in LANGUAGES:
        assert {path.stem for path in Path(FOLDER / language).glob("*.liquid")} == names


def test_a_language_without_letters_gets_english_ones():
    assert (spoken("zh-hans"), spoken("fr"), spoken("")) == ("zh-hans", "en", "en")


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=list(RECIPES))
def test_whom_a_recipe_concerns_can_be_asked_of_the_database(question, recipe):
    for start in recipe.starts:
        try:
            recipe.concerned(start)
        except InvalidRule as error:
            pytest.fail(f"{start}: {error}")
    assert recipe.concerned("nonsense") == recipe.concerned()


def test_who_gives_few_stars_gets_a_person(question):
    low = RECIPES["low-score"]
    [task] = parse(draft_of(low, question[Asks.STARS], filling("en"))).all(Errand)
    assert (task.task, task.within.total_seconds()) == ("write", 4 * 3600)
