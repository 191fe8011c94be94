"""Each type of question: what it takes, what it refuses, and what becomes of it."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from campaigns.surveys.asked.checks import publishable
from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.asked.kinds import KINDS, kind_of
from campaigns.surveys.asked.kinds.kind import Answer, Tampered
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.asked.questions import NEVER_REMEMBERED, Question, Type
from campaigns.surveys.taking.answers import PREFIX, read, read_back, stored
from tests.campaigns.surveys.every_kind import EVERY, question


def one(type: str, **fields: object) -> Question:
    return parse({"title": "T", "questions": [question(type, **fields)]}).questions[0]


def posted(asked: Question, said: dict[str, str | list[str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for end, values in said.items():
        data.setlist(PREFIX + asked.id + end, values if isinstance(values, list) else [values])
    return data


def reading(type: str, said: dict[str, str | list[str]], **fields: object):
    asked = one(type, **fields)
    return read([asked], posted(asked, said))


TAKEN = [
    ("one_of", {"": "2"}, "soy milk", ("2",)),
    ("one_of", {"": "other", "-other": " goat  milk "}, "goat milk", ("other",)),
    ("one_of", {"-other": "goat milk"}, "goat milk", ("other",)),
    ("one_of", {"": "1", "-other": "goat milk"}, "oat milk", ("1",)),
    ("several_of", {"": ["3", "1"]}, "oat milk, none", ("3", "1")),
    ("several_of", {"": ["1"], "-other": "goat milk"}, "oat milk, goat milk", ("1", "other")),
    ("yes_no", {"": "2"}, "no", ("2",)),
    ("picture", {"": "3"}, "none", ("3",)),
    ("product", {"": "1"}, "oat milk", ("1",)),
    ("stars", {"": "5"}, "5", ("5",)),
    ("smileys", {"": "1"}, "1", ("1",)),
    ("scale", {"": "7"}, "7", ("7",)),
    ("nps", {"": "0"}, "0", ("0",)),
    ("csat", {"": "4"}, "4", ("4",)),
    ("ces", {"": "7"}, "7", ("7",)),
    ("slider", {"": "10"}, "10", ("10",)),
    ("number", {"": "12,5"}, "12.5", ("12.5",)),
    ("number", {"": "100"}, "100", ("100",)),
    ("date", {"": "2024-02-29"}, "2024-02-29", ("2024-02-29",)),
    ("text", {"": "a\r\nb"}, "a\nb", ("a\nb",)),
    ("line", {"": "a \n b"}, "a b", ("a b",)),
    ("email", {"": "a@shop.example"}, "a@shop.example", ("a@shop.example",)),
    ("phone", {"": "07700 900123"}, "07700 900123", ("07700 900123",)),
    ("ranking", {"-1": "2", "-2": "1", "-3": "3"}, "soy milk, oat milk, none", ("2", "1", "3")),
    ("matrix", {"-1": "1", "-2": "3"}, "Mornings: oat milk; Evenings: none", ("1:1", "2:3")),
    ("matrix", {"-2": "3"}, "Evenings: none", ("2:3",)),
    ("consent", {"": "1"}, "yes", ("1",)),
]


@pytest.mark.parametrize(("type", "said", "value", "chosen"), TAKEN)
def test_an_answer_has_its_value_and_what_was_chosen(type, said, value, chosen):
    found = reading(type, said)
    assert found.errors == {} and (found.answers[f"a_{type}"].value, found.answers[f"a_{type}"].chosen) == (
        value,
        chosen,
    )


def test_an_address_is_one_answer_of_several_lines():
    found = reading("address", {"-street": "1 High St", "-postcode": "AB1", "-city": "Anytown"})
    assert found.answers["a_address"].words == "1 High St\nAB1 Anytown"


WRONG = [
    ("one_of", {"": "other"}),
    ("several_of", {"": ["1", "2", "3"]}),
    ("number", {"": "twelve"}),
    ("number", {"": "0"}),
    ("number", {"": "101"}),
    ("number", {"": "1e5"}),
    ("number", {"": "٣"}),
    ("date", {"": "2023-02-29"}),
    ("date", {"": "0000-00-00"}),
    ("text", {"": "x" * 501}),
    ("line", {"": "x" * 201}),
    ("email", {"": "a@"}),
    ("phone", {"": "call me"}),
    ("phone", {"": "123"}),
    ("address", {"-postcode": "AB1"}),
    ("ranking", {"-1": "1", "-2": "1", "-3": "2"}),
    ("ranking", {"-1": "1"}),
]


@pytest.mark.parametrize(("type", "said"), WRONG)
def test_what_cannot_be_used_is_said_beside_it(type, said):
    found = reading(type, said)
    assert found.answers == {} and list(found.errors) == [f"a_{type}"]


TAMPERED = [
    ("one_of", {"": ["1", "2"]}),
    ("one_of", {"": "9"}),
    ("yes_no", {"": "other"}),
    ("stars", {"": "0"}),
    ("stars", {"": "6"}),
    ("scale", {"": "8"}),
    ("nps", {"": "11"}),
    ("slider", {"": "11"}),
    ("slider", {"": "-1"}),
    ("slider", {"": "x"}),
    ("ranking", {"-1": "4"}),
    ("ranking", {"-9": "1"}),
    ("matrix", {"-1": "9"}),
    ("matrix", {"-3": "1"}),
    ("consent", {"": "yes"}),
    ("hidden", {"": "x"}),
    ("photo", {"": "x"}),
    ("statement", {"": "x"}),
    ("page", {"": "x"}),
    ("text", {"-other": "x"}),
]


@pytest.mark.parametrize(("type", "said"), TAMPERED)
def test_what_the_page_never_offered_is_refused(type, said):
    with pytest.raises(Tampered):
        reading(type, said)


def test_a_line_of_a_matrix_that_must_be_answered_is_asked_for():
    assert reading("matrix", {"-1": "1"}, required=True).errors


@pytest.mark.parametrize("raw", EVERY, ids=[raw["type"] for raw in EVERY])
def test_every_kind_can_be_published_and_lacks_its_words_without_them(raw):
    whole = parse({"title": "T", "questions": [raw, question("stars", id="last")]})
    assert publishable(whole) == []
    without = parse({"title": "T", "questions": [{"id": "a", "type": raw["type"], "text": ""}]})
    assert publishable(without) or raw["type"] in {"hidden", "page"}


def test_every_type_has_its_kind():
    assert set(KINDS) == set(Type)


@pytest.mark.parametrize("type", [type for type in Type if type not in NEVER_REMEMBERED])
def test_what_is_remembered_has_a_kind_of_memory(type):
    asked = one(type, remember={"key": "k", "label": "K"})
    assert kind_of(asked).memory and asked.remember


@pytest.mark.parametrize("type", sorted(NEVER_REMEMBERED))
def test_what_is_of_the_person_or_a_photo_is_not_remembered(type):
    with pytest.raises(BadDefinition):
        one(type, remember={"key": "k", "label": "K"})


def test_choices_in_random_order_differ_by_occasion_and_stay_for_one():
    from campaigns.surveys.filling.fields import Field

    many = [{"no": no, "label": f"Answer {no}"} for no in range(1, 15)]
    asked = one("one_of", choices=many, random=True, other=False)
    orders = {tuple(o.no for o in Field(asked, "", "", seed=f"page:{n // 2}").options) for n in range(6)}
    assert len(orders) == 3


NAMES = st.builds(
    lambda id, end: PREFIX + id + end,
    st.sampled_from([raw["id"] for raw in EVERY]),
    st.sampled_from(["", "-other", "-1", "-2", "-3", "-city", "-street", "-postcode", "-x", "-"]),
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["1", "2", "0", "-1", "other", "1:1", "99999999999", "2026-02-30", "NaN", "1e400", "\x00", "½", "²"]
    ),
)


@given(st.dictionaries(NAMES, st.lists(VALUES, max_size=3), max_size=8))
def test_hostile_answers_are_read_or_refused_and_never_break(said):
    questions = parse({"title": "T", "questions": EVERY}).questions
    data = QueryDict(mutable=True)
    for name, values in said.items():
        data.setlist(name, values)
    try:
        found = read(questions, data)
    except Tampered:
        return
    kept = stored(questions, found.answers, lambda asked: asked.text)
    assert all(isinstance(read_back(raw), Answer) for raw in kept.values())
    assert all(len(given.value) <= 500 and "\x00" not in given.words for given in found.answers.values())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
FIELDS = [
    "id",
    "type",
    "text",
    "help",
    "choices",
    "rows",
    "remember",
    "show",
    "jumps",
    "least",
    "most",
    "topics",
    "low",
]


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from(list(Type)), max_size=8), max_size=4))
def test_any_json_is_a_definition_or_says_what_is_wrong(questions):
    try:
        found = parse({"title": "T", "questions": questions})
    except BadDefinition as refused:
        assert refused.problems
        return
    publishable(found)
    found.pages()


def test_a_definition_that_was_read_reads_the_same_again():
    found = parse({"title": "T", "questions": EVERY})
    assert parse(found.to_json()) == found
