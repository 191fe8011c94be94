"""Several letters as one: one greeting, one signature, one footer, and everything that each says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channels.compile import compile_design
from campaigns.channels.joining import BETWEEN_TEXT, frame, join
from campaigns.channels.names import SAMPLE
from campaigns.channels.skeleton import Skeleton, fill, link_target, splice

GREETING = 'Hello {{ contact.first_name | default: "there" }},'
SIGNATURE = "{{ business.sender_name }}"


def letter(*paragraphs: str, subject: str = "News") -> Skeleton:
    return compile_design(subject, "\n\n".join((GREETING, *paragraphs, SIGNATURE)), "letter")


def shown(*letters: Skeleton, **variables: object):
    together = join(list(enumerate(letters, 1)))
    given = {**SAMPLE, "business": {**SAMPLE["business"], "sender_name": "Olga"}, **variables}
    slots = [
        slot
        for number, one in enumerate(letters)
        for slot in fill(one, given, lambda link, number=number: f"https://c.test/{number}.{link}")[: len(one.slots)]
    ]
    return splice(together, slots)


def test_one_greeting_one_signature_and_one_footer_stand_around_what_both_say() -> None:
    both = shown(letter("Your cart waits.", subject="Your cart"), letter("And the tea is back.", subject="Tea"))

    assert both.subject == "Your cart"
    for words in (both.html, both.text):
        assert [words.count(said) for said in ("Hello Alice,", "Olga", "Unsubscribe", "1 High Street")] == [1, 1, 1, 1]
    assert both.text.startswith("Hello Alice,\n\nYour cart waits.\n\n* * *\n\nAnd the tea is back.\n\nOlga\n\nWrite")
    assert "<p>Your cart waits.</p><hr" in both.html
    assert "<p>And the tea is back.</p><p>Olga</p></div><p style=" in both.html


@pytest.mark.parametrize(
    ("greeting", "signature"),
    [("Hola, {{ contact.first_name | default: 'buenas' }}:", "{{ business.sender_name }}"),
     ("{{ contact.first_name | default: '朋友' }}，您好：", "{{ business.sender_name }}"),
     ("Dear {{ contact.name }},", "Best wishes\n{{ business.name }}")],
)  # fmt: skip
def test_greetings_and_signatures_are_known_in_every_language(greeting: str, signature: str) -> None:
    other = compile_design("Other", f"{greeting}\n\nOnly this.\n\n{signature}", "letter")

    text = shown(letter("First."), other).text

    assert text.startswith("Hello Alice,\n\nFirst.\n\n* * *\n\nOnly this.\n\nOlga\n\n")


@pytest.mark.parametrize("paragraph", ["Happy birthday, {{ contact.first_name }}!", "{{ contact.first_name }}'s tea",
                                       "Come by: {{ event.place }},", "Hello,"])  # fmt: skip
def test_a_first_paragraph_that_says_more_than_a_greeting_stays(paragraph: str) -> None:
    other = compile_design("Other", f"{paragraph}\n\nMore.", "letter")

    text = shown(letter("First."), other, event={"place": "Milltown"}).text

    said = fill(other, {**SAMPLE, "event": {"place": "Milltown"}})
    first = splice(other, said).text.partition("\n\n")[0]
    assert f"* * *\n\n{first}\n\nMore.\n\nOlga\n\n" in text


def test_a_last_paragraph_that_says_more_than_a_signature_stays() -> None:
    other = compile_design("Other", "Tea is back.\n\nCome by at {{ business.name }} today.", "letter")

    assert "* * *\n\nTea is back.\n\nCome by at Our shop today.\n\nOlga\n\n" in shown(letter("First."), other).text


def test_what_is_not_recalled_leaves_no_gap() -> None:
    recall = "{% recall milk %}With {{ value }}, {{ because }}.{% endrecall %}"
    both = shown(letter("First.", recall), letter(recall, "Second.", recall))

    assert both.text.startswith("Hello Alice,\n\nFirst.\n\n* * *\n\nSecond.\n\nOlga\n\nWrite to a person")

    milk = {"milk": {"value": "oat", "because": "you mentioned in May"}}
    told = shown(letter("First.", recall), letter(recall, "Second.", recall), recall=milk)
    assert told.text.count("With oat, you mentioned in May.") == 3
    assert told.html.count("<p>With oat, you mentioned in May.</p>") == 3


def test_each_link_leads_where_it_led_by_the_message_that_it_is_part_of() -> None:
    first, second = letter("See https://one.test"), letter("See https://two.test and https://one.test")
    both = shown(first, second)

    assert "https://c.test/0.0" in both.html
    assert "https://c.test/1.0" in both.html
    assert "https://c.test/1.1" in both.text
    assert link_target(join([(1, first), (2, second)]), [], 0) == "https://one.test"
    assert link_target(join([(1, first), (2, second)]), [], 1) is None


def test_addresses_that_the_first_makes_for_itself_stay_under_their_numbers() -> None:
    first = letter("See https://one.test and {{ event.url }}")
    own = fill(first, {**SAMPLE, "event": {"url": "https://two.test/x"}}, lambda n: f"https://c.test/{n}")
    both = join([(1, first), (2, letter("Second."))])
    slots = [*own[: len(first.slots)], *[""] * (len(both.slots) - len(first.slots)), *own[len(first.slots) :]]

    assert link_target(both, slots, 1) == link_target(first, own, 1) == "https://two.test/x"


@pytest.mark.parametrize(
    ("body", "kind"),
    [("<mjml><mj-body><mj-text>Hello</mj-text></mj-body></mjml>", "mjml"),
     ("<html><body><p>Hello</p></body></html>", "html"),
     ("{{ talk_url }} {{ memory_url }} {{ unsubscribe_url }} {{ business.postal_address }}", "letter")],
)  # fmt: skip
def test_what_has_a_frame_of_its_own_is_not_joined(body: str, kind: str) -> None:
    assert frame(compile_design("Page", body, kind)) is None


def test_a_joined_letter_is_kept_as_it_is_and_not_joined_again() -> None:
    both = join([(7, letter("One.")), (9, letter("Two."))])
    again = Skeleton.from_json(both.to_json())

    assert again.made_of == (7, 9)
    assert again.digest == both.digest
    assert frame(again) is None


PARAGRAPHS = st.lists(
    st.sampled_from(["Plain words.", "{{ event.properties.name }}", "{% recall milk %}{{ value }}{% endrecall %}",
                     "{% if event.x %}Yes{% endif %}", "- one\n- two", "See https://one.test",
                     "{% assign x = 'y' %}Then {{ x }}.", "<p>not markup</p> & more", SIGNATURE, GREETING,
                     "{% question stars %}", "{% for n in event.all %}{{ n }} {% endfor %}"]),
    min_size=1, max_size=5)  # fmt: skip


@given(st.lists(PARAGRAPHS, min_size=2, max_size=5))
def test_every_letter_can_be_joined_and_nothing_of_it_is_lost_or_said_twice(bodies: list[list[str]]) -> None:
    marked = [[f"begin{n}.", *body, f"end{n}."] for n, body in enumerate(bodies)]
    letters = [compile_design("S", "\n\n".join((GREETING, *body, SIGNATURE)), "letter") for body in marked]
    given = {**SAMPLE, "business": {**SAMPLE["business"], "sender_name": "Olga"},
             "event": {"properties": {"name": "Tea"}, "x": True, "all": [1, 2]}}  # fmt: skip
    alone = [splice(one, fill(one, given)) for one in letters]
    filled = [slot for one in letters for slot in fill(one, given)[: len(one.slots)]]
    both = splice(join(list(enumerate(letters, 1))), filled)

    said = [text.text[text.text.index("begin") : text.text.index("end")] for text in alone]
    assert all(block in both.text for block in said)
    assert both.text.count(BETWEEN_TEXT) == len(bodies) - 1
    for number in range(len(bodies)):
        assert both.text.count(f"begin{number}.") == both.html.count(f"begin{number}.") == 1
    assert both.text.startswith("Hello Alice,\n\nbegin0.")
    assert both.text.count("Write to a person") == both.html.count("Write to a person") == 1
