"""Writing designs: drafts that can be had back, changes that do not overtake each other, and what is frozen."""

from datetime import timedelta

import pytest

from campaigns.channels import contents as kept
from campaigns.designs import actions, queries
from campaigns.designs.checks import NotReady
from campaigns.designs.models import Design, FormerDesign
from campaigns.designs.parse import InvalidContents, empty
from crm.business.actions import update_business
from crm.dialogue.models import Content
from engage.lib import former
from tests.campaigns.designs.documents import letter
from tests.cast import NOON

pytestmark = pytest.mark.django_db


def made(**languages):
    contents = languages or {"en": letter()}
    return actions.create_design(
        kind="letter", name="News", language=next(iter(contents)), contents=contents, by="Max", at=NOON
    )


def edit(design, text, *, seconds=60, by="Max", **options):
    at = design.changed + timedelta(seconds=seconds)
    actions.edit_design(design, contents={"en": letter(text=text)}, by=by, at=at, **options)


def text_of(design):
    return design.contents["en"]["body"]["text"]


def test_a_design_begins_empty_and_keeps_what_is_unfinished():
    design = actions.create_design(kind="letter", name="News", language="en", by="Max", at=NOON)
    assert design.contents == {"en": empty("letter")}
    edit(design, "Dear {{ contact.frist_name")
    assert Design.objects.get().contents["en"]["body"]["text"] == "Dear {{ contact.frist_name"
    assert (design.revision, design.by) == (2, "Max")


def test_what_cannot_be_understood_changes_nothing():
    design = made()
    with pytest.raises(InvalidContents):
        actions.edit_design(design, contents={"en": {"body": {"script": "x"}}}, by="Max", at=NOON)
    assert Design.objects.get().revision == 1
    assert not FormerDesign.objects.exists()


def test_changes_are_undone_and_done_again():
    design = made()
    edit(design, "One")
    edit(design, "Two")
    actions.undo_design(design, by="Max", at=NOON)
    assert text_of(design) == "One"
    actions.undo_design(design, by="Max", at=NOON)
    assert text_of(design) == letter()["body"]["text"]
    with pytest.raises(former.NothingLeft):
        actions.undo_design(design, by="Max", at=NOON)
    actions.redo_design(design, by="Max", at=NOON)
    assert text_of(design) == "One"
    assert former.can_go_back(design.former) == (True, True)
    edit(design, "Three")
    assert former.can_go_back(design.former) == (True, False)


def test_what_is_typed_in_one_go_is_one_change():
    design = made()
    for number, text in enumerate(("H", "He", "Hello")):
        edit(design, text, seconds=2 + number, about="en.body.text")
    assert design.former.count() == 1
    edit(design, "Hello you", seconds=11, about="en.body.text")
    edit(design, "Hello you all", seconds=1, by="Olga", about="en.body.text")
    assert design.former.count() == 3


def test_a_change_made_from_an_older_one_is_refused():
    design, stale = made(), Design.objects.get()
    edit(design, "Olga's", by="Olga", seen=1)
    with pytest.raises(former.Overtaken):
        edit(stale, "Max's", seen=1)
    assert text_of(Design.objects.get()) == "Olga's"
    with pytest.raises(former.Overtaken):
        actions.undo_design(stale, seen=1, by="Max", at=NOON)


def test_the_fallback_is_one_of_the_languages():
    design = made(en=letter(), es=letter(subject="Noticias"))
    with pytest.raises(InvalidContents):
        actions.edit_design(design, language="zh-hans", by="Max", at=NOON)
    actions.edit_design(design, language="es", by="Max", at=NOON)
    with pytest.raises(InvalidContents):
        actions.edit_design(design, contents={"en": letter()}, by="Max", at=NOON)
    assert Design.objects.get().language == "es"


def test_only_the_latest_hundred_changes_are_kept(monkeypatch):
    monkeypatch.setattr(former, "MOST_KEPT", 3)
    design = made()
    for number in range(6):
        edit(design, str(number))
    assert design.former.count() == 3


def test_frozen_words_stay_when_the_design_changes():
    update_business(by="Olga", at=NOON, name="Quay Lane", postal_address="1 Quay Lane")
    design = made(en=letter(), es=letter(subject="Noticias"))
    frozen = actions.freeze(design)
    assert set(frozen) == {"en", "es"}
    assert actions.freeze(design) == frozen
    edit(design, "Something else")
    assert actions.freeze(design) != frozen
    assert "new beans" in str(kept.load(frozen["en"]).html.statics)
    assert Content.objects.get(pk=frozen["es"]).label == "News"


def test_nothing_is_frozen_that_cannot_be_sent():
    design = made()
    edit(design, "Dear {{ contact.frist_name }}")
    with pytest.raises(NotReady) as refused:
        actions.freeze(design)
    assert [finding.place for finding in refused.value.findings] == ["body.text"]
    assert not Content.objects.exists()


def test_freezing_asks_little_of_the_database(django_assert_num_queries):
    design = made(en=letter(), es=letter(subject="Noticias"))
    actions.freeze(design)
    with django_assert_num_queries(3):
        actions.freeze(design)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("es", "es"), ("es-mx", "es"), ("ES", "es"), ("zh", "zh-hans"), ("zh-hant", "zh-hans"), ("de", "en"), ("", "en")],
)
def test_each_person_reads_their_language_or_the_fallback(wanted, expected):
    assert queries.choose(["en", "es", "zh-hans"], wanted, "en") == expected
    assert (
        queries.in_language({"en": 1, "es": 2, "zh-hans": 3}, wanted, "en")
        == {"en": 1, "es": 2, "zh-hans": 3}[expected]
    )


def test_what_is_put_away_leaves_the_list_and_comes_back():
    design = made()
    copy = actions.copy_design(design, name="News again", by="Olga", at=NOON)
    actions.put_away_design(design, by="Max", at=NOON)
    assert list(queries.designs()) == [copy]
    actions.freeze(queries.design_of(design.uid))
    actions.take_back_design(design, by="Max", at=NOON)
    assert set(queries.designs()) == {design, copy}
