"""Which of the shop's own questions somebody asks: sure, perhaps, or none; never by luck."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.business.models import Changed
from crm.dialogue.actions import keep_faq, remove_faq
from crm.dialogue.actions.faq import MOST, TooCommon, TooMany
from crm.dialogue.faq import matches, rank
from crm.dialogue.models import FaqEntry
from tests.cast import NOON


def kept(question: str, *ways: str, language: str = "en", answer: str = "So.", **more) -> FaqEntry:
    said = {"language": language, "question": question, "phrasings": "\n".join(ways), "answer": answer}
    return keep_faq(None, **said | more, by="Olga", at=NOON)


@pytest.fixture
def shop() -> None:
    kept("When are you open?", "Opening hours", "Are you open on Sunday?", "What time do you close?")
    kept("Where is my order?", "Has my parcel been sent?", "Tracking number")
    kept("How do I stop my subscription?", "Cancel my subscription")
    kept("Do you ship to Ireland?", "Shipping to Northern Ireland")
    kept("¿Cuándo abren?", "Horario de apertura", language="es")
    kept("你们几点开门？", "营业时间", language="zh-hans")


def asked(text: str) -> list[tuple[str, bool]]:
    return [(match.entry.question, match.sure) for match in matches(text)]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Hi, what are your opening hours?", "When are you open?"),
        ("are you open on sundays", "When are you open?"),
        ("WHERE IS MY ORDER???", "Where is my order?"),
        ("Hello! I would like to cancel my subscription, please. Thanks, Ann", "How do I stop my subscription?"),
        ("Please tell me the tracking number", "Where is my order?"),
        ("¿Cuál es el horario de apertura?", "¿Cuándo abren?"),
        ("请问营业时间是什么？", "你们几点开门？"),
    ],
)
def test_a_question_is_recognised_in_other_words(text: str, question: str) -> None:
    assert asked(text)[0] == (question, True)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "text",
    ["", "   ", "Thank you!", "The coffee was lovely.", "?", "\x00\x00", "the the the", "今天天气很好", "🙂" * 50],
)
def test_what_asks_nothing_of_the_list_is_left_to_a_colleague(text: str) -> None:
    assert asked(text) == []


@pytest.mark.usefixtures("shop")
def test_half_of_it_is_a_guess() -> None:
    assert asked("Can I change my subscription?") == [("How do I stop my subscription?", False)]


@pytest.mark.usefixtures("shop")
def test_a_long_letter_is_never_sure_whatever_words_it_has() -> None:
    words = " ".join(f"word{n}" for n in range(60))
    found = matches(f"When are you open? What are your opening hours? {words}")
    assert found and not any(match.sure for match in found)


def test_two_that_are_equally_sure_are_both_a_guess() -> None:
    kept("Refund for coffee", answer="One.")
    kept("Coffee refund", answer="Two.")
    assert {sure for _question, sure in asked("A refund for my coffee")} == {False}


def test_a_way_to_ask_that_everybody_uses_is_refused_by_name() -> None:
    with pytest.raises(TooCommon) as refused:
        kept("When are you open?", "who are you", "and?")
    assert refused.value.way == "who are you"
    assert not FaqEntry.objects.exists()


def test_reworded_it_is_recognised_by_the_new_words_only() -> None:
    entry = kept("Opening hours")
    keep_faq(entry, language="en", question="Parking space", answer="Behind.", by="Olga", at=NOON)
    assert asked("opening hours") == [] and asked("Where is a parking space?") == [("Parking space", True)]


def test_removed_it_is_recognised_no_more_and_the_change_is_on_record() -> None:
    remove_faq(kept("Opening hours"), by="Olga", at=NOON)
    assert asked("opening hours") == []
    assert list(Changed.objects.order_by("id").values_list("what", "before", "after")) == [
        ("faq", "", "Opening hours"),
        ("faq", "Opening hours", ""),
    ]


def test_there_can_be_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from crm.dialogue.actions import faq

    assert MOST == 200
    monkeypatch.setattr(faq, "MOST", 1)
    kept("Opening hours")
    with pytest.raises(TooMany):
        kept("Parking space")


def test_asking_costs_two_queries_and_one_where_there_is_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        matches("Opening hours")
    for n in range(20):
        kept(f"Question number{n} of twenty")
    with django_assert_num_queries(2):
        matches("Question number7 of twenty")


WORDS = st.sampled_from(["open", "hour", "order", "parcel", "refund", "tea"])


@given(ways=st.lists(st.lists(WORDS, min_size=1, unique=True), min_size=1, max_size=5), said=st.frozensets(WORDS))
def test_sure_means_that_most_of_one_way_to_ask_was_said(ways: list[list[str]], said: frozenset[str]) -> None:
    entries = [FaqEntry(pk=n, question=str(n), lexemes=[" ".join(way)]) for n, way in enumerate(ways)]
    for match in rank(entries, {entry.pk: said for entry in entries}):
        way = ways[match.entry.pk]
        assert set(match.because) == set(way) & said and 0.5 <= match.share <= 1
        assert not match.sure or len(match.because) * 2 > len(way)
