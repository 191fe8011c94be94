"""All that customers read is translated into every language that we speak: what is said, and what there is for it."""

import ast
import re
from collections import Counter
from gettext import GNUTranslations
from pathlib import Path

import pytest

from engage import words
from engage.embedded.servers import PROJECT

LANGUAGES = words.languages()
FOR_THE_TEAM = {
    "campaigns/channels/webpush/actions.py",
    "campaigns/contests/actions.py",
    "campaigns/journeys/preparing.py",
    "crm/segments/ready.py",
    "engage/lib/spoken.py",
}
"""They import what customers' pages are made with, and say nothing to customers themselves."""

PREVIEWS = {"settings/chat_preview.html", "surveys/place_try.html"}
"""Pages of the team around what customers see."""

PLACES = re.compile(r"%\(\w+\)[sd]|%%|</?\w+[^>]*>")
TO_DO = "run `python manage.py collect_words`, translate what is empty in locale/, and run it again"


def sources() -> set[str]:
    return {str(path.relative_to(PROJECT)) for path in words.sources()}


def test_every_file_that_is_named_is_there_once():
    named = (PROJECT / "locale" / "sources.txt").read_text().split()
    assert [name for name, times in Counter(named).items() if times > 1 or not (PROJECT / name).exists()] == []


def test_every_page_that_looks_like_those_of_customers_is_read_and_all_that_it_is_made_of():
    listed, texts = sources(), {}
    for path in sorted((PROJECT / "templates").rglob("*.html")):
        texts[str(path.relative_to(PROJECT / "templates"))] = path.read_text()
    reached = {name for name, text in texts.items() if "customer/base.html" in text or f"templates/{name}" in listed}
    made_of = {part for name in reached for part in re.findall(r'(?:extends|include) "([^"]+)"', texts[name])}
    missing = {name for name in reached | made_of if f"templates/{name}" not in listed} - PREVIEWS
    assert missing == set(), "name them in locale/sources.txt"


def test_every_module_that_speaks_to_customers_is_read():
    found = set()
    for folder in ("campaigns", "crm", "engage"):
        for path in (PROJECT / folder).rglob("*.py"):
            names = imported(path)
            if names & {"speak", "public", "in_their_language", "from_anywhere"} and says_something(path):
                found.add(str(path.relative_to(PROJECT)))
    assert found - sources() - FOR_THE_TEAM == set(), "name them in locale/sources.txt"


def imported(path: Path) -> set[str]:
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    here = [node for node in nodes if node.module in {"engage.lib.public", "engage.lib.spoken"}]
    return {alias.name for node in here for alias in node.names}


def says_something(path: Path) -> bool:
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return any(getattr(call.func, "id", "") in words.SAYING for call in calls)


def test_what_stands_in_templates_and_modules_is_found(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "locale").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "locale" / "sources.txt").write_text("templates/a.html\nshop.py\n")
    (tmp_path / "templates" / "a.html").write_text(
        '{% load i18n %}{% translate "It\'s on" %}{% firstof words.next _("Next") %}'
        "{% blocktranslate count n=n trimmed %}\n{{ n }} vote\n{% plural %}\n{{ n }} votes{% endblocktranslate %}"
        "{% comment %}{% translate 'Never' %}{% endcomment %}"
    )
    (tmp_path / "shop.py").write_text('_("One " "text") + ngettext("%(n)d photo", "%(n)d photos", n) + _(name)\n')
    assert [said[:2] for said in words.said()] == [
        ("It's on", ""),
        ("Next", ""),
        ("%(n)s vote", "%(n)s votes"),
        ("One text", ""),
        ("%(n)d photo", "%(n)d photos"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_customers_read_is_without_a_translation(language):
    fresh = words.brought_up_to_date(language)
    assert [one.id for one in words.untranslated(fresh)] == [], f"{language}: {TO_DO}"
    assert {one.id for one in words.read(language)} == {one.id for one in fresh}, f"{language}: {TO_DO}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_programs_read_is_what_translators_wrote(language):
    with (words.folder(language) / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    wrong = []
    for one in words.read(language):
        ours, forms = one.id[0] if isinstance(one.id, tuple) else one.id, words.strings(one)
        if ours and tuple(
            compiled._catalog.get((ours, n) if one.pluralizable else ours) for n in range(len(forms))
        ) != (forms if one.pluralizable else forms * len(forms)):
            wrong.append(ours)
    assert wrong == [], f"{language}: {TO_DO}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_has_the_places_of_its_text_and_no_others(language):
    wrong = []
    for one in words.read(language):
        ours = one.id if isinstance(one.id, tuple) else (one.id,)
        for form in words.strings(one) if ours[0] else ():
            there, wanted = Counter(PLACES.findall(form)), Counter(PLACES.findall(ours[-1]))
            if there != wanted and not (one.pluralizable and not there - wanted):
                wrong.append((ours[0], form))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_as_many_forms_as_its_language(language):
    catalog = words.read(language)
    several = [one for one in catalog if one.pluralizable]
    assert several and {len(words.strings(one)) for one in several} == {catalog.num_plurals}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_english_left_as_it_was(language):
    same = {one.id for one in words.read(language) if one.id and one.id in words.strings(one)}
    assert same <= {"%(state)s: %(title)s", "Re: %(subject)s", "no", "Country"} | {"No"}
