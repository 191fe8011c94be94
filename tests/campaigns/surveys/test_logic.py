"""Who is asked what: shown, skipped, led on, ended, screened out; and earlier answers within the words."""

import pytest

from campaigns.surveys.asked.definition import BadDefinition
from campaigns.surveys.models import Response
from crm.events.models import Event, Inbox
from crm.preferences.models import Preference
from crm.rules import registry
from engage import listen
from tests.campaigns.surveys.pages import hidden
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published, tap
from tests.campaigns.surveys.test_never_asking_twice import remember_device
from tests.campaigns.surveys.walking import MILK_RULE, begins, go, resume_link, says
from tests.engage.memory.memories import told

pytestmark = pytest.mark.django_db

PAGE = "/s/coffee/"
NOT_MILK = {"none": [MILK_RULE]}


def second(client, no: int, *after: dict, **fields: object):
    """The page after milk was answered."""
    published(MILK, *after, **fields)
    return go(client, client.get(PAGE), milk=no)


@pytest.mark.parametrize(("no", "asked"), [(1, True), (2, False)])
def test_a_question_is_shown_to_whom_its_rule_says(client, no, asked):
    page = second(client, no, begins("order"), {**STARS, "show": MILK_RULE}, WORDS)
    assert says(page, "How was your last order?") is asked and says(page, "Anything else?")


def test_a_page_is_skipped_whole(client):
    page = second(client, 1, begins("order", show=NOT_MILK), STARS, begins("rest"), WORDS)
    assert says(page, "Anything else?", "Page 2 of 2") and not says(page, "last order")


def test_a_page_with_nothing_left_to_ask_is_passed_over(client):
    page = second(client, 1, begins("order"), {**STARS, "show": NOT_MILK}, begins("rest"), WORDS)
    assert says(page, "Anything else?")


@pytest.mark.parametrize(
    "more",
    [
        [begins("order"), STARS | {"show": MILK_RULE}],
        [begins("order", show={"all": [MILK_RULE]}), STARS],
    ],
)
def test_a_page_whose_answer_may_ask_for_more_does_not_say_that_it_is_the_last(client, more):
    published(MILK, *more)
    first = client.get(PAGE)
    assert says(first, "Page 1", ">Next</button>") and not says(first, "Page 1 of") and not says(first, ">Send<")
    assert says(go(client, first, milk=1), "Page 2 of 2", ">Send</button>")
    assert says(go(client, client.get(PAGE), milk=2), "Thank you")


def test_an_answer_leads_to_a_later_page(client):
    jump = {**MILK, "jumps": [{"when": MILK_RULE, "to": "rest"}]}
    published(jump, begins("order"), STARS, begins("rest"), WORDS)
    assert says(go(client, client.get(PAGE), milk=1), "Anything else?")
    assert says(go(client, client.get(PAGE), milk=2), "last order")


def test_an_answer_ends_it_and_is_sent(client):
    published({**MILK, "jumps": [{"when": MILK_RULE, "to": "end"}]}, begins("order"), STARS)
    assert says(go(client, client.get(PAGE), milk=1), "Thank you")
    assert Response.objects.get().state == "final"


def test_whoever_is_screened_out_is_told_so_counted_apart_and_not_remembered(client, message, alice):
    published({**MILK, "jumps": [{"when": MILK_RULE, "to": "screen_out"}]}, begins("x"), STARS, sorry="Not this time.")
    page = go(client, client.get(tap(message, no="")), milk=1)
    assert says(page, "Not this time.")
    listen.run()
    assert Response.objects.get().state == "screened"
    assert not Inbox.objects.exists() and not Preference.objects.exists()
    [event] = Event.objects.all()
    assert (event.name, event.contact) == ("Survey Screened Out", alice)
    assert event.properties["answers"] == {"milk": "oat milk"} and event.properties["survey"] == "coffee"
    assert says(client.get(tap(message, no="")), "answered before")
    go(client, client.get("/s/coffee/"), milk=1)
    listen.run()
    assert Response.objects.filter(state="screened").count() == 2
    assert Event.objects.count() == 1, "a stranger stays nobody"


def test_what_was_answered_on_a_way_that_was_left_is_not_sent(client):
    published(MILK, begins("order", show=MILK_RULE), STARS, begins("rest"), WORDS)
    third = go(client, go(client, client.get(PAGE), milk=1), taste=2)
    first = go(client, go(client, third, do="back"), do="back")
    go(client, go(client, first, milk=2), words="Bye")
    assert sorted(Response.objects.get().answers) == ["milk", "words"]


def test_a_rule_speaks_of_several_answers_as_a_list(client):
    rule = {"property": "milk", "op": "includes", "value": ["soy milk"]}
    published({**MILK, "type": "several_of"}, begins("order"), {**STARS, "show": rule}, WORDS)
    assert says(go(client, client.get(PAGE), milk=[1, 2]), "last order")
    assert not says(go(client, client.get(PAGE), milk=[1]), "last order")


def test_a_rule_speaks_of_the_person_too(client, message, alice):
    rule = {"did": "told", "name": "brewing"}
    published(MILK, begins("order"), {**STARS, "show": rule}, WORDS)
    assert not says(go(client, client.get(tap(message, no="")), milk=1), "last order")
    Response.objects.all().delete()
    told(alice, "V60", "brewing")
    assert says(go(client, client.get(tap(message, no="")), milk=1), "last order")
    assert not says(go(client, client.get(PAGE), milk=1), "last order")


def test_a_rule_that_cannot_be_read_any_more_leaves_nobody_out(client, monkeypatch):
    rule = {"did": "told", "name": "brewing"}
    published({**MILK, "jumps": [{"when": rule, "to": "end"}]}, begins("order"), {**STARS, "show": rule}, WORDS)
    monkeypatch.delitem(registry.rows, "told")
    assert says(go(client, client.get(PAGE), milk=1), "last order")


BAD = {
    "a rule that says nothing": [MILK, begins("p"), {**STARS, "show": {"op": "is"}}],
    "a rule of an unknown field": [
        MILK,
        begins("p"),
        {**STARS, "show": {"field": "contact.nothing", "op": "is_known"}},
    ],
    "a later answer": [{**MILK, "show": {"property": "taste", "op": "is_known"}}, begins("p"), STARS],
    "an answer of the same page": [MILK, {**STARS, "show": MILK_RULE}],
    "a page that is not there": [{**MILK, "jumps": [{"when": MILK_RULE, "to": "nowhere"}]}, begins("p"), STARS],
    "a page before": [MILK, begins("p"), {**STARS, "jumps": [{"when": None, "to": "p"}]}],
    "an answer that is piped before it is given": [{**WORDS, "text": '{{ answer.taste | default: "x" }}'}, STARS],
    "a place that is half open": [{**WORDS, "text": "Hello {{ answer"}],
    "a question that would have a hole": [MILK, begins("p"), {**WORDS, "text": "Why {{ answer.milk }}?"}],
}


@pytest.mark.parametrize("questions", BAD.values(), ids=BAD)
def test_logic_that_cannot_work_is_not_published(questions):
    with pytest.raises(BadDefinition):
        published(*questions)


PIPED = {**WORDS, "text": 'Why {{ answer.milk | default: "that" }}?', "help": "You said {{ answer.milk }}."}


def test_an_earlier_answer_stands_within_the_words_and_is_kept_as_it_was_asked(client):
    page = second(client, 1, begins("why"), PIPED)
    assert says(page, "Why oat milk?", "You said oat milk.")
    go(client, page, words="Because")
    assert Response.objects.get().answers["words"]["question"] == "Why oat milk?"


def test_words_that_are_not_known_are_left_out_or_replaced(client):
    published(MILK, begins("why"), PIPED)
    page = go(client, client.get(PAGE))
    assert says(page, "Why that?") and not says(page, "You said")


def test_whoever_only_has_the_link_reads_nothing_of_the_answers_within_words(client):
    page = client.get(resume_link(second(client, 1, begins("why"), PIPED)))
    assert says(page, "Why that?") and not says(page, "oat")


def test_script_that_was_answered_stays_words_within_words(client):
    published(WORDS, begins("why"), {**STARS, "text": 'Why {{ answer.words | default: "so" }}?'})
    page = go(client, client.get(PAGE), words="<script>alert(1)</script>{{ told.milk }}")
    assert b"<script>alert" not in page.content and says(page, "{{ told.milk }}")


@pytest.mark.parametrize("hers", [True, False])
def test_what_is_remembered_stands_within_words_only_on_her_own_device(client, message, alice, hers):
    published({**STARS, "text": 'Still {{ told.milk | default: "the same" }}?'})
    told(alice, "soy milk")
    if hers:
        remember_device(client, alice)
    page = client.get(tap(message, question=""))
    assert says(page, "Still soy milk?" if hers else "Still the same?")


def test_no_rule_is_answered_by_a_form_for_another_page(client):
    """The page in the form is signed: nobody jumps over a question."""
    published({**MILK, "required": True}, begins("order"), STARS)
    form = hidden(client.get(PAGE).content.decode())
    assert client.post(PAGE, {"form": form + "x", "q-taste": 1}).status_code == 404
