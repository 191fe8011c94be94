"""The builder without script: what is typed is saved as a draft, what buttons do can be undone, publishing freezes."""

import pytest
from django.urls import reverse

from campaigns.designs.models import Picture
from campaigns.surveys.asked.questions import Type
from campaigns.surveys.drafts import edit_draft
from campaigns.surveys.models import Survey, SurveyVersion
from crm.catalog.models import Product
from crm.contacts.models import Topic
from crm.preferences.models import PreferenceKey
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.every_kind import EVERY, PICTURE, PRODUCT
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published
from tests.campaigns.surveys.walking import MILK_RULE, begins

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def max_(client):
    person = cast.max_()
    client.force_login(person)
    return person


@pytest.fixture
def draft(client) -> Survey:
    client.post(reverse("new_survey"), {"start": "empty"})
    return Survey.objects.get()


def with_questions(*questions: dict) -> Survey:
    survey = Survey.objects.create(key="t", title="T", draft={"title": "T", "questions": []})
    edit_draft(survey, draft={"title": "T", "questions": list(questions)}, by="Max", at=clock.now())
    return survey


def press(client, survey: Survey, do: str = "", **said: object):
    answer = client.post(reverse("edit_survey", args=[survey.uid]), {"do": do, **said})
    survey.refresh_from_db()
    return answer


def asked(survey: Survey) -> list[dict]:
    return survey.draft["questions"]


def ids(survey: Survey) -> list[str]:
    return [one["id"] for one in asked(survey)]


@pytest.mark.parametrize("type", list(Type))
def test_every_kind_can_be_added_opened_and_saved_as_it_stands(client, draft, type):
    assert press(client, draft, f"insert {type} 0").status_code == 302
    page = client.get(reverse("edit_survey", args=[draft.uid]), {"question": "new_1"})
    form = page.context["question_form"]
    said = {name: value for name, value in form.data.items() if name in form.fields and value not in (False, None)}
    assert press(client, draft, "close", question="new_1", **said).status_code == 302
    assert asked(draft)[0]["type"] == type


@pytest.mark.parametrize(
    ("question", "sentence"),
    [(MILK, "You take oat milk."), (STARS | {"remember": MILK["remember"] | {"key": "new_1"}}, "You take 5.")],
)
def test_the_sentence_is_shown_with_the_first_choice_or_the_best_of_a_scale(client, question, sentence):
    survey = with_questions(question)
    page = client.get(reverse("edit_survey", args=[survey.uid]), {"question": question["id"]})
    assert f'<span class="reason reason-remembered">{sentence}</span>' in page.content.decode()


@pytest.mark.parametrize("do", ["insert stars 0", "copy s0"])
def test_there_is_an_end_of_questions_and_it_is_said(client, do):
    survey = with_questions(*(STARS | {"id": f"s{n}"} for n in range(60)))
    answer = press(client, survey, do)
    assert answer.status_code == 400 and "A survey has 60 questions at most" in answer.content.decode()
    assert len(asked(survey)) == 60


def test_a_rule_that_is_put_too_early_names_the_question_it_needs(client):
    survey = with_questions(WORDS | {"show": MILK_RULE}, begins("order"), MILK)
    page = client.get(reverse("edit_survey", args=[survey.uid])).content.decode()
    assert "It depends on “Which milk do you take?”, which is not asked on a page before." in page


def test_the_name_in_a_link_is_said_once_it_is_there_for_good(client, draft):
    press(client, draft, "insert hidden 0")
    page = client.get(reverse("edit_survey", args=[draft.uid]), {"question": "new_1"}).content.decode()
    assert "?new_1=" not in page and "once it is published" in page
    survey = published(MILK, {"id": "poster", "type": "hidden", "text": "Poster"})
    assert "?poster=" in client.get(reverse("edit_survey", args=[survey.uid]), {"question": "poster"}).content.decode()


def test_a_question_is_written_remembered_and_named_when_it_is_published(client, draft):
    press(client, draft, "insert one_of 0")
    press(client, draft, question="new_1", text="Which milk?", type="one_of", choices="oat milk\r\nsoy milk")
    press(client, draft, question="new_1", text="Which milk?", type="one_of", remember="+")
    said = {"label": "Milk", "citable": "1", "sentence": "You take {{ value }}."}
    key = asked(draft)[0]["remember"]["key"]
    press(client, draft, question="new_1", text="Which milk?", type="one_of", remember=key, **said)
    page = client.get(reverse("edit_survey", args=[draft.uid]), {"question": "new_1"}).content.decode()
    assert "You take oat milk." in page and client.get(f"/s/{draft.key}/").status_code == 404
    client.post(reverse("publish_survey", args=[draft.uid]))
    draft.refresh_from_db()
    (question,) = SurveyVersion.objects.get().definition["questions"]
    assert (question["id"], question["remember"]["key"]) == ("milk", "milk") and ids(draft) == ["milk"]
    found = PreferenceKey.objects.get()
    assert (found.key, found.label, found.type, found.citable) == ("milk", "Milk", "choice", True)


def test_a_known_name_is_chosen_in_the_list(client):
    PreferenceKey.objects.create(key="favourite_milk", label="Favourite milk")
    survey = with_questions({**MILK, "remember": None})
    page = client.get(reverse("edit_survey", args=[survey.uid]), {"question": "milk"}).content.decode()
    assert "Favourite milk" in page
    press(client, survey, question="milk", text="Milk?", type="one_of", remember="favourite_milk")
    assert asked(survey)[0]["remember"] | {"sentence": ""} == {
        "key": "favourite_milk",
        "label": "Favourite milk",
        "citable": True,
        "sentence": "",
    }


def test_a_low_answer_and_words_begin_a_conversation_where_it_is_ticked(client):
    survey = with_questions({**STARS, "type": "nps"}, WORDS)
    said = {"question": "taste", "text": "How?", "type": "nps"}
    press(client, survey, talk="on", **said)
    assert asked(survey)[0]["talk_at_most"] == 6
    page = client.get(reverse("edit_survey", args=[survey.uid]), {"question": "taste"}).content.decode()
    assert "6 or less begins a conversation in the Inbox." in page
    press(client, survey, talk="on", talk_at_most="4", **said)
    press(client, survey, question="words", text="Why?", type="text", talk="on")
    assert [(one["talk_at_most"], one["talk"]) for one in asked(survey)] == [(4, False), (None, True)]
    assert press(client, survey, talk="on", talk_at_most="four", **said).status_code == 400
    press(client, survey, talk="on", talk_at_most="11", **said)
    page = client.get(reverse("edit_survey", args=[survey.uid]), {"question": "taste"}).content.decode()
    assert "Between 0 and 10." in page
    press(client, survey, **said)
    assert asked(survey)[0]["talk_at_most"] is None


@pytest.mark.parametrize(("start", "low"), [("nps", [6]), ("csat", [2, 3]), ("product", [2]), ("order", [])])
def test_what_one_can_begin_with_has_it_on(client, start, low):
    client.post(reverse("new_survey"), {"start": start})
    said = [one.get("talk_at_most") for one in asked(Survey.objects.get())]
    assert [number for number in said if number is not None] == low


@pytest.mark.parametrize(
    ("do", "order"),
    [
        ("insert stars 1", ["milk", "new_1", "taste", "words"]),
        ("insert stars 999", ["milk", "taste", "words", "new_1"]),
        ("up taste", ["taste", "milk", "words"]),
        ("up milk", ["milk", "taste", "words"]),
        ("down words", ["milk", "taste", "words"]),
        ("down milk", ["taste", "milk", "words"]),
        ("move words 0", ["words", "milk", "taste"]),
        ("move milk 3", ["taste", "words", "milk"]),
        ("copy taste", ["milk", "taste", "new_1", "words"]),
        ("remove taste", ["milk", "words"]),
    ],
)
def test_what_buttons_do_is_saved_and_can_be_had_back_and_done_again(client, do, order):
    survey = with_questions(MILK, STARS, WORDS)
    press(client, survey, do)
    assert ids(survey) == order
    if order != ["milk", "taste", "words"]:
        press(client, survey, "undo")
        assert ids(survey) == ["milk", "taste", "words"]
        press(client, survey, "redo")
        assert ids(survey) == order


@pytest.mark.parametrize(
    "do",
    ["insert nonsense 0", "insert stars x", "move milk ½", "remove gone", "up", "nonsense", "redo", "retype milk x"],
)
def test_what_cannot_be_done_changes_nothing_and_says_so(client, do):
    survey = with_questions(MILK, STARS)
    answer = press(client, survey, do)
    assert answer.status_code == 400 and ids(survey) == ["milk", "taste"] and "Not saved" in answer.content.decode()


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"text": "x" * 301}, "At most 300 characters"),
        ({"choices": "oat\noat"}, "Two answers read the same."),
        ({"remember": "milk", "label": "Milk", "sentence": "You take milk."}, "where the answer stands"),
        ({"remember": "milk", "label": "Milk", "sentence": "{% if x %}{{ value }}"}, "may only contain"),
        ({"show_json": "{"}, "This is no JSON."),
    ],
)
def test_what_cannot_be_read_is_not_saved_and_the_reason_stands_beside_it(client, said, text):
    survey = with_questions({**MILK, "show": {"all": [MILK_RULE, MILK_RULE]}})
    before = survey.draft
    answer = press(client, survey, "close", question="milk", **({"text": "Milk?", "type": "one_of"} | said))
    assert answer.status_code == 400 and text in answer.content.decode() and survey.draft == before


@pytest.mark.parametrize(("said", "text"), [({"title": ""}, "must not be empty"), ({"embed_on": "x/y"}, "Give a site")])
def test_the_title_and_the_sites_are_checked_too(client, draft, said, text):
    answer = press(client, draft, **({"title": "T"} | said))
    assert answer.status_code == 400 and text in answer.content.decode()


def test_what_is_typed_in_one_go_is_one_change(client):
    survey = with_questions(MILK)
    for text in ("What", "What milk", "What milk?"):
        press(client, survey, question="milk", text=text)
    press(client, survey, "undo")
    assert asked(survey)[0]["text"] == MILK["text"]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(client):
    survey = with_questions(MILK)
    seen = survey.revision
    edit_draft(survey, draft={"title": "T", "questions": [STARS]}, by="Olga", at=clock.now())
    answer = press(client, survey, question="milk", text="Hers?", seen=seen)
    assert answer.status_code == 409 and "Olga changed it meanwhile" in answer.content.decode()
    assert ids(survey) == ["taste"]


def test_what_one_typed_may_save_itself_in_the_moment_in_which_one_presses(client, monkeypatch):
    """The page was read before that, and its lock was had after it."""
    survey = with_questions(MILK, STARS)
    saves = [lambda: press(client, survey, question="milk", text="Which milk, please?", seen=survey.revision)]

    def edit(*given, **fields):
        if saves:
            saves.pop()()
        return edit_draft(*given, **fields)

    monkeypatch.setattr("engage.dashboard.surveys.building.edit_draft", edit)
    answer = press(client, survey, do="remove taste", seen=survey.revision)
    assert answer.status_code in {200, 302} and ids(survey) == ["milk"]
    assert asked(survey)[0]["text"] == "Which milk, please?"


def test_rewording_keeps_the_question_and_is_marked(client):
    survey = published(MILK)
    press(client, survey, question="milk", text="What milk, please?")
    assert (
        ids(survey) == ["milk"] and "reworded" in client.get(reverse("edit_survey", args=[survey.uid])).content.decode()
    )
    client.post(reverse("publish_survey", args=[survey.uid]))
    submit(client, "/s/coffee/", milk=1)
    assert SurveyVersion.objects.count() == 2
    assert "It was asked in other words before." in client.get(reverse("survey", args=[survey.uid])).content.decode()


def test_another_kind_is_another_question_once_people_have_answered_it(client):
    survey = published(MILK)
    press(client, survey, "refit", question="milk", text="Milk?", type="text")
    assert ids(survey) == ["new_1"] and asked(survey)[0]["type"] == "text"
    client.post(reverse("publish_survey", args=[survey.uid]))
    survey.refresh_from_db()
    assert ids(survey) == ["milk_2"]


def test_before_it_is_published_another_kind_is_the_same_question(client):
    survey = with_questions(MILK)
    press(client, survey, "refit", question="milk", text="Milk?", type="several_of", choices="oat milk\nsoy milk")
    assert ids(survey) == ["milk"] and asked(survey)[0]["choices"][0]["label"] == "oat milk"


def test_a_reworded_answer_keeps_its_number_and_a_new_one_gets_a_fresh_one(client):
    survey = published(MILK)
    for lines in ("oat drink\nsoy milk\nnone", "none\nsoy milk\nrice milk\noat drink"):
        press(client, survey, question="milk", text="Milk?", choices=lines)
    assert {one["label"]: one["no"] for one in asked(survey)[0]["choices"]} == {
        "oat drink": 1,
        "soy milk": 2,
        "none": 7,
        "rice milk": 8,
    }


def test_the_number_of_an_answer_that_was_removed_is_never_given_again(client):
    survey = published(MILK)
    press(client, survey, question="milk", text="Milk?", choices="oat milk\nsoy milk")
    client.post(reverse("publish_survey", args=[survey.uid]))
    press(client, survey, question="milk", text="Milk?", choices="oat milk\nsoy milk\nrice milk")
    assert [one["no"] for one in asked(survey)[0]["choices"]] == [1, 2, 8]


def test_of_whom_it_is_asked_is_said_in_three_fields(client):
    survey = with_questions(MILK, begins("next"), STARS, begins("last"), WORDS)
    said = {"show_of": "milk", "show_op": "is", "show_value": "oat milk"}
    jump = {"jump_to": "screen_out", "jump_op": "at_most", "jump_value": "2"}
    press(client, survey, question="taste", text="How?", type="stars", **said, **jump)
    taste = asked(survey)[2]
    assert taste["show"] == MILK_RULE
    assert taste["jumps"] == [{"when": {"property": "taste", "op": "at_most", "value": 2}, "to": "screen_out"}]
    page = client.get(reverse("edit_survey", args=[survey.uid]), {"question": "taste"})
    form = page.context["question_form"]
    assert [form.data[name] for name in (*said, *jump)] == [*said.values(), *jump.values()]


def test_a_rule_that_is_more_than_that_is_shown_as_it_is_and_kept(client):
    rule = {"any": [MILK_RULE, {"did": "told", "name": "brewing"}]}
    survey = with_questions(MILK, begins("next"), {**STARS, "show": rule})
    page = client.get(reverse("edit_survey", args=[survey.uid]), {"question": "taste"})
    form = page.context["question_form"]
    press(client, survey, question="taste", text="How was it?", type="stars", show_json=form.data["show_json"])
    assert asked(survey)[2]["show"] == rule


def test_products_are_chosen_in_the_catalog(client, draft):
    Product.objects.create(uid=PRODUCT, external_id="p1", name="Ethiopia")
    press(client, draft, "insert product 0")
    press(client, draft, question="new_1", text="Which?", type="product", products=[PRODUCT, "nonsense"][:1])
    assert [(one["no"], one["label"], one["product"]) for one in asked(draft)[0]["choices"]] == [
        (1, "Ethiopia", PRODUCT)
    ]


def test_publishing_says_what_is_missing_and_where(client, draft):
    press(client, draft, "insert one_of 0")
    page = client.post(reverse("publish_survey", args=[draft.uid]), follow=True).content.decode()
    assert "This must not be empty." in page and "1 thing to finish" in page
    assert not SurveyVersion.objects.exists()


def test_what_a_new_question_lacks_is_said_once_it_was_saved_closed_or_published_and_not_at_once(client, draft):
    url, lacks = reverse("edit_survey", args=[draft.uid]), "This must not be empty."
    added = client.post(url, {"do": "insert text 0"}, follow=True).content.decode()
    assert lacks not in added and "builder-wrong" not in added and "1 thing to finish" in added
    fresh = client.post(url, {"do": "insert text 1"}, headers={"HX-Request": "true"}).content.decode()
    assert fresh.count(lacks) == 1 and fresh.count("builder-wrong") == 1, "of the first, which was left"
    kind = {"do": "refit", "question": "new_2", "text": "", "type": "line", "fresh": "1"}
    assert client.post(url, kind, headers={"HX-Request": "true"}).content.decode().count(lacks) == 1
    said = {"question": "new_2", "text": "", "type": "line"}
    assert lacks in client.post(url, said, follow=True).content.decode()
    assert client.post(url, {**said, "do": "close"}, follow=True).content.decode().count(lacks) == 2
    assert lacks in client.post(reverse("publish_survey", args=[draft.uid]), follow=True).content.decode()


def test_the_list_of_what_can_be_added_shows_six_and_the_rest_under_more(client, draft):
    page = client.get(reverse("edit_survey", args=[draft.uid]))
    first, more = ([kind for kind, *_ in page.context[name]] for name in ("kinds", "more_kinds"))
    assert first == ["one_of", "several_of", "stars", "yes_no", "text", "email"]
    assert set(first) | set(more) == set(Type) and not set(first) & set(more)


def test_htmx_gets_the_part_that_changed(client):
    survey = with_questions(MILK)
    url = reverse("edit_survey", args=[survey.uid])
    saved = client.post(url, {"question": "milk", "text": "Milk?"}, headers={"HX-Request": "true"}).content.decode()
    assert 'id="builder-frame"' in saved and "hx-swap-oob" in saved and 'id="builder-around"' not in saved
    pressed = client.post(url, {"do": "up milk"}, headers={"HX-Request": "true"})
    assert "<html" not in pressed.content.decode() and pressed["HX-Push-Url"] == url


def test_a_survey_of_every_kind_opens_in_a_few_queries(client, django_assert_max_num_queries):
    Topic.objects.get_or_create(key="news", defaults={"label": "News"})
    survey = with_questions(*EVERY)
    with django_assert_max_num_queries(24):
        assert client.get(reverse("edit_survey", args=[survey.uid]), {"question": "a_product"}).status_code == 200


def test_script_in_a_draft_stays_words(client):
    survey = with_questions({**MILK, "text": "<script>alert(1)</script>"}, WORDS)
    page = client.get(reverse("edit_survey", args=[survey.uid]), {"question": "milk"}).content.decode()
    assert "<script>alert" not in page


def test_agents_change_nothing(client):
    survey = with_questions(MILK)
    client.force_login(cast.ada())
    assert press(client, survey, "remove milk").status_code == 403 and ids(survey) == ["milk"]


def test_products_are_found_among_any_number_and_pictures_are_seen(client, draft):
    made = [Product.objects.create(external_id=f"p{n}", name=f"Roast {n:03}") for n in range(220)]
    press(client, draft, "insert product 0")
    url = reverse("find_survey_products")
    uids = [str(made[219].uid), str(made[0].uid)]
    found = client.get(url, {"find_products": "roast 21", "products": [uids[1], "nonsense", ""]}).content.decode()
    assert f'value="{uids[1]}" checked' in found and f'value="{uids[0]}"' not in found and "There are more" in found
    assert uids[0] in client.get(url, {"find_products": "P219"}).content.decode()
    press(client, draft, question="new_1", text="Which?", type="product", products=["", *uids, uids[0], "nonsense"])
    assert [one["product"] for one in asked(draft)[0]["choices"]] == uids
    shown = client.get(reverse("edit_survey", args=[draft.uid]), {"question": "new_1"}).content.decode()
    assert f'value="{uids[0]}" checked' in shown
    press(client, draft, question="new_1", text="Which?", type="product", products=[""])
    assert asked(draft)[0]["choices"] == []
    kept = Picture.objects.create(name=PICTURE, title="Cup", width=8, height=8, size=9, at=clock.now(), by="Max")
    press(client, draft, "insert picture 0")
    page = client.get(reverse("edit_survey", args=[draft.uid]), {"question": asked(draft)[0]["id"]}).content.decode()
    assert f'<img src="/media/{kept.name}"' in page and page.count('name="picture-1"') == 1
    client.force_login(cast.ada())
    assert client.get(url).status_code == 403
