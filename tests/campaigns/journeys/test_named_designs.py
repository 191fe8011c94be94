"""A message step may name a design: a version keeps it as it was published; each person gets it in their language."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.channels import contents
from campaigns.channels.liquid import recall_keys
from campaigns.designs.actions import create_design, edit_design
from campaigns.designs.models import Design
from campaigns.journeys.actions import begin_shadow, check, create_journey, publish
from campaigns.journeys.models import Journey, ShadowMessage
from campaigns.journeys.naming import written_out
from campaigns.journeys.parse import InvalidDefinition, parse
from campaigns.journeys.trial import try_out
from crm.catalog.models import Product
from crm.contacts.actions import record_consent
from crm.contacts.models import Contact, Topic
from crm.dialogue.models import Message
from engage import walk
from tests.campaigns.designs.documents import designed, letter
from tests.campaigns.journeys.happenings import listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import NOON, alice, bob, contact, max_

pytestmark = pytest.mark.django_db

HELLO, HOLA = letter(subject="New tea", text="The tea is here."), letter(subject="Té nuevo", text="Ya está el té.")


@pytest.fixture(autouse=True)
def news() -> Topic:
    return Topic.objects.get_or_create(key="news", defaults={"label": "News"})[0]


def design(kind: str = "letter", **contents: dict) -> Design:
    contents = contents or {"en": HELLO}
    return create_design(kind=kind, name="Tea", language=next(iter(contents)), contents=contents, by="Max", at=NOON)


def saying(uid: object, **more: object) -> dict:
    step = {"kind": "send", "design": {"uid": str(uid)}, "topic": "news", "next": "bye", **more}
    return {**scenario(), "start": "say", "steps": {"say": step, "bye": {"kind": "end", "reason": "Said"}}}


def said_to(person: Contact) -> str:
    message = Message.objects.get(contact=person)
    return contents.load(message.content_id).subject.statics[0]


def test_a_person_gets_the_design_in_their_language_or_in_the_one_for_all_others() -> None:
    live_journey(saying(design(en=HELLO, es=HOLA).uid))
    people = {
        language: contact(f"Ana {language}", f"{language}@tea.test", language=language) for language in ("es-mx", "zh")
    }
    listen(*map(ordered, people.values()))
    walk.run()
    assert {code: said_to(person) for code, person in people.items()} == {"es-mx": "Té nuevo", "zh": "New tea"}


def test_a_version_keeps_the_design_as_it_was_published() -> None:
    tea, person = design(), alice()
    journey = live_journey(saying(tea.uid))
    edit_design(tea, contents={"en": letter(subject="Old tea", text="Gone.")}, by="Max", at=NOON)
    journey.refresh_from_db()
    assert journey.draft["steps"]["say"]["design"] == {"uid": str(tea.uid)}
    kept = parse(journey.current.definition).steps["say"].design
    assert (kept.subject, kept.named.name) == ("New tea", "Tea")
    Design.objects.all().delete()
    assert parse(journey.current.definition).steps["say"].design == kept
    listen(ordered(person))
    walk.run()
    assert said_to(person) == "New tea"


def test_publishing_again_takes_the_design_as_it_is_then_and_the_page_says_that_it_changed(client: Client) -> None:
    tea = design()
    journey = live_journey(saying(tea.uid))
    client.force_login(max_())
    unchanged = client.get(reverse("journey", args=[journey.uid])).context["changed"]
    edit_design(tea, contents={"en": letter(subject="Old tea", text="Gone.")}, by="Max", at=NOON)
    changed = client.get(reverse("journey", args=[journey.uid])).context["changed"]
    publish(journey, by="Max", at=NOON)
    assert (unchanged, changed) == (False, True)
    assert parse(Journey.objects.get().current.definition).steps["say"].design.subject == "Old tea"


def test_what_walks_in_shadow_would_get_it_in_their_language_too() -> None:
    journey = create_journey(name="Tea", draft=saying(design(en=HELLO, es=HOLA).uid), by="Max", at=NOON)
    begin_shadow(journey, by="Max", at=NOON)
    listen(ordered(contact("Ana", "ana@tea.test", language="es")))
    walk.run()
    assert contents.load(ShadowMessage.objects.get().content_id).subject.statics[0] == "Té nuevo"


@pytest.mark.parametrize("uid", ["0198a1e2-0000-7000-8000-000000000009", "x", "", "\x00", 7, None, ["a"]])
def test_a_design_that_nobody_knows_is_refused_at_its_place(uid: object) -> None:
    draft = saying("x")
    draft["steps"]["say"]["design"] = {"uid": uid}
    with pytest.raises(InvalidDefinition) as refused:
        check(draft)
    assert [problem.path for problem in refused.value.problems] == ["$.steps.say.design.uid"]


def test_contents_that_come_with_a_draft_count_for_nothing_against_the_design_itself() -> None:
    draft = saying(design().uid)
    draft["steps"]["say"]["design"] |= {
        "name": "x", "kind": "html", "language": "en", "contents": {"en": {"subject": "Forged"}},
    }  # fmt: skip
    assert check(draft).steps["say"].design.subject == "New tea"


@pytest.mark.parametrize(
    "contents", [None, 3, {}, {"es": {}}, {"en": {"subject": 3}}, [["en", {}]], {"en": {"body": {"blocks": [{}]}}}]
)
def test_contents_of_a_version_that_are_no_contents_are_refused(contents: object) -> None:
    draft = saying("x")
    draft["steps"]["say"]["design"] |= {"name": "x", "kind": "designed", "language": "en", "contents": contents}
    with pytest.raises(InvalidDefinition):
        parse(draft)


def test_what_stops_a_design_stops_the_journey_that_names_it() -> None:
    with pytest.raises(InvalidDefinition) as refused:
        check(saying(design(en=letter(subject="", text="x")).uid))
    assert [problem.path for problem in refused.value.problems] == ["$.steps.say.design"]
    with pytest.raises(InvalidDefinition) as refused:
        check(saying(design("designed", en=designed({"type": "question", "survey": "nobody"})).uid))
    assert "There is no published survey “nobody”" in refused.value.problems[0].message


def test_what_it_cites_is_looked_at_as_if_it_stood_in_the_step() -> None:
    told = {"type": "told", "key": "milk", "text": "You take {{ value }}.", "otherwise": ""}
    draft = saying(design("designed", en=designed(told)).uid)
    assert recall_keys(check(draft).steps["say"].design.body) == ["milk"]


def test_the_trial_shows_it_with_its_products_as_the_person_would_read_it(news) -> None:
    blend = Product.objects.create(external_id="b", name="Blend", url="https://shop.example/b")
    block = {"type": "product", "product": str(blend.uid), "instead": "", "label": ""}
    text = {"type": "text", "text": "Ya está.", "align": "left"}
    draft = saying(design("designed", en=designed(text), es=designed(text, block, subject="Café")).uid)
    person = contact("Ana", "ana@tea.test", language="es")
    record_consent(contact=person, topic=news, state="granted", how="form", at=NOON)
    [stop, _end] = try_out(check(draft), person, at=NOON).stops
    assert (stop.problem, stop.rendered.subject) == ("", "Café")
    assert "Blend" in stop.rendered.html


def test_a_letter_of_the_shops_goes_by_text_message_in_its_own_words() -> None:
    definition = check(saying(design(en=HELLO, es=HOLA).uid, channels=["sms", "email"]))
    assert definition.steps["say"].channels == ("sms", "email")
    blocks = design("designed", en=designed({"type": "text", "text": "Ya está.", "align": "left"}))
    with pytest.raises(InvalidDefinition) as refused:
        check(saying(blocks.uid, channels=["sms", "email"]))
    assert refused.value.problems[0].path == "$.steps.say.design.words"


def test_designs_are_read_in_one_query_however_many_steps_name_one(django_assert_num_queries) -> None:
    first, second = design(), design()
    draft = saying(first.uid, next="again")
    draft["steps"]["again"] = draft["steps"]["say"] | {"design": {"uid": str(second.uid)}, "next": "bye"}
    with django_assert_num_queries(1):
        written_out(draft)
    with django_assert_num_queries(0):
        assert written_out(scenario()) == scenario()


def test_the_card_names_a_design_and_leads_to_the_composer_and_back(client: Client) -> None:
    tea = design()
    plain = scenario()
    plain |= {"start": "say", "steps": saying("x")["steps"]}
    plain["steps"]["say"] |= {"design": {"subject": "Hi", "body": "Hello."}}
    journey = create_journey(name="Tea", draft=plain, by="Max", at=NOON)
    client.force_login(max_())
    card = reverse("journey_flow_card", args=[journey.uid, "say"])
    shown = client.get(card).content.decode()
    assert f'value="{tea.uid}"' in shown and 'name="body"' in shown
    fields = {"fields": "1", "design": str(tea.uid), "subject": "Hi", "body": "Hello.", "topic": "news"}
    assert client.post(card, fields | {"close": "1"}).status_code == 302
    journey.refresh_from_db()
    assert journey.draft["steps"]["say"]["design"] == {"uid": str(tea.uid)}
    shown = client.get(card).content.decode()
    assert "Send “New tea”" in shown and 'name="body"' not in shown
    assert f"{reverse('design', args=[tea.uid])}?back={card}" in shown
    assert "Back to the journey" in client.get(reverse("design", args=[tea.uid]), {"back": card}).content.decode()
    for odd in ("x", "\0", "0198a1e2-0000-7000-8000-000000000009"):
        client.post(card, fields | {"design": odd, "close": "1"})
        assert client.get(card).status_code == 200


def test_a_person_without_a_language_gets_the_one_for_all_others() -> None:
    live_journey(saying(design(es=HOLA, en=HELLO).uid))
    person = bob()
    listen(ordered(person))
    walk.run()
    assert said_to(person) == "Té nuevo"
