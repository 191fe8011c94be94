"""A message step may name the channels to try, in their order."""

from datetime import timedelta

import pytest
import time_machine

from campaigns.channels import contents
from campaigns.channels.actions import set_account
from campaigns.guards.as_of import Past, pasts
from campaigns.journeys import preparing, showing
from campaigns.journeys.actions import begin_shadow, create_journey
from campaigns.journeys.backtest.verdicts import Message as VerdictMessage
from campaigns.journeys.backtest.verdicts import settle
from campaigns.journeys.describe import sentence
from campaigns.journeys.models import JourneyVersion, ShadowMessage
from campaigns.journeys.parse import InvalidDefinition, parse
from campaigns.journeys.shadow import judging
from campaigns.journeys.warnings import warnings
from crm.business.queries import fresh_business
from crm.contacts.actions import record_consent, suppress
from crm.contacts.models import Contact, Identity, Topic
from crm.dialogue.models import Message
from engage import walk
from engage.dashboard.journeys.flow.sending_form import SendForm
from tests.campaigns.journeys.happenings import listen, live_journey, ordered
from tests.campaigns.journeys.scenarios import scenario
from tests.cast import NOON, alice

pytestmark = pytest.mark.django_db

LONG_AGO = NOON - timedelta(days=30)


def sending(**more: object) -> dict:
    design = {"subject": "Tea", "body": "Hello {{ contact.first_name }}: https://shop.test/tea"}
    step = {"kind": "send", "design": design, "topic": "news", "next": "bye", **more}
    return {**scenario(), "start": "say", "steps": {"say": step, "bye": {"kind": "end", "reason": "Said"}}}


def problems_of(definition: dict) -> dict[str, str]:
    with pytest.raises(InvalidDefinition) as refused:
        parse(definition)
    return {problem.path: problem.message for problem in refused.value.problems}


@pytest.fixture(autouse=True)
def news() -> Topic:
    return Topic.objects.get_or_create(key="news", defaults={"label": "News"})[0]


def test_one_is_named_by_channel_and_several_by_channels() -> None:
    assert parse(sending()).steps["say"].channels == ("email",)
    assert parse(sending(channel="sms")).steps["say"].channels == ("sms",)
    step = parse(sending(channels=["sms", "email"])).steps["say"]
    assert step.channels == ("sms", "email")
    assert sentence(step) == "Send “Tea”. By Text message, else E-mail."


@pytest.mark.parametrize(
    ("more", "path", "message"),
    [
        ({"channel": "pigeon"}, "$.steps.say.channel", "This must be one of: "),
        ({"channels": ["sms", "pigeon"]}, "$.steps.say.channels[1]", "This must be one of: "),
        ({"channels": []}, "$.steps.say.channels", "This must be a list"),
        ({"channels": "sms"}, "$.steps.say.channels", "This must be a list"),
        ({"channels": ["sms", "sms"]}, "$.steps.say.channels", "Each channel can be tried once."),
        ({"channels": ["sms"], "channel": "email"}, "$.steps.say.channel", "Say either “channel” or “channels”."),
        (
            {"channels": ["email", "sms"], "design": {"subject": "Tea", "body": "<p>Tea</p>", "kind": "html"}},
            "$.steps.say.design.words",
            "Text message shows no design: say it in words too.",
        ),
    ],
)
def test_what_cannot_be_tried_is_said_at_its_place(more: dict, path: str, message: str) -> None:
    assert problems_of(sending(**more))[path].startswith(message)


def test_each_channel_has_a_content_of_its_own() -> None:
    design = {"subject": "Tea", "body": "<p>Rich</p>", "kind": "html", "words": "Tea is here."}
    definition = parse(sending(channels=["sms", "email"], design=design))
    prepared = preparing.prepare(definition, label="x")["say"]

    (first, words), (second, design) = prepared["routes"]
    assert (first, second, prepared["content"]) == ("sms", "email", words)
    assert contents.load(words).html.splice([]) == ""
    assert "Tea is here." in "".join(contents.load(words).text.statics)
    assert "Rich" in "".join(contents.load(design).html.statics)


def test_words_are_checked_like_everything_else() -> None:
    design = {"subject": "Tea", "body": "Tea", "words": "{{ nothing.at_all }} {% if %}"}
    found = preparing.problems(parse(sending(channel="sms", design=design)))
    assert [problem.path for problem in found][0] == "$.steps.say.design.words"


def test_what_walks_by_is_queued_with_its_ways(news: Topic) -> None:
    live_journey(sending(channels=["sms", "email"]))
    listen(ordered(alice(), total=12))
    walk.run()

    message = Message.objects.get(direction="out")
    prepared = JourneyVersion.objects.get().prepared["say"]
    assert (message.channel, message.content_id) == ("sms", prepared["content"])
    assert message.variables["routes"] == prepared["routes"]


def test_a_channel_that_is_not_set_up_is_said_before_it_goes_live() -> None:
    def said() -> list[str]:
        definition = parse(sending(channel="sms"))
        return [one.message for one in warnings(definition, at=NOON) if one.path == "$.steps.say.channels"]

    assert said() == ["It cannot leave as a text message: set that up behind the gear, under Sending."]
    set_account(channel="sms", provider="twilio", options={"sid": "AC1"}, secrets={"token": "t"}, by="Olga", at=NOON)
    assert said() == []


def with_number(person: Contact) -> Contact:
    Identity.objects.create(contact=person, recorded_for=person, kind="phone", value="+447911123456", proof="import")
    return person


def test_a_trial_shows_what_the_first_channel_shows() -> None:
    definition = parse(sending(channels=["sms", "email"]))
    rendered, problem = showing.shown(
        definition.steps["say"], alice(), event={}, supposed={}, shop=fresh_business(), at=NOON
    )
    assert (rendered.html, problem) == ("", "")
    assert rendered.text == "Hello Alice: https://shop.test/tea\n\n#\nAnswer STOP and we stop."


def judged(channels: list[str], past: Past) -> VerdictMessage:
    message = VerdictMessage("say", NOON, "journey:x:say")
    step = parse(sending(channels=channels)).steps["say"]
    settle(message, step, past, before=(), carriers=(), seen=None, until=NOON + timedelta(days=9))
    return message


def past_of(person: Contact) -> Past:
    since, until = NOON - timedelta(days=90), NOON + timedelta(days=9)
    return pasts([person.pk], fresh_business(), since=since, until=until, besides="")[person.pk]


def test_a_backtest_takes_the_way_that_was_open_then(news: Topic) -> None:
    person = with_number(alice())
    record_consent(contact=person, topic=news, channel="sms", state="granted", how="form", at=LONG_AGO)
    past = past_of(person)

    assert judged(["sms", "email"], past).fate == "went"
    assert judged(["email", "sms"], past).fate == "went"
    assert (judged(["email"], past).fate, judged(["email"], past).why) == ("withheld", "no_consent")
    suppress(address="+447911123456", channel="sms", reason="asked", by="customer", at=LONG_AGO)
    assert judged(["email", "sms"], past_of(person)).why == "no_way"


def test_shadow_takes_the_first_open_way_too(news: Topic) -> None:
    with_number(person := alice())
    record_consent(contact=person, topic=news, channel="email", state="granted", how="form", at=LONG_AGO)
    journey = create_journey(name="Shadow", draft=sending(channels=["sms", "email"]), by="Max", at=LONG_AGO)
    begin_shadow(journey, by="Max", at=LONG_AGO)
    with time_machine.travel(NOON, tick=False):
        listen(ordered(person, total=12))
        walk.run()
        judging.run()

    assert ShadowMessage.objects.get().fate == "went"


def test_the_editor_shows_and_keeps_the_order() -> None:
    part = sending(channels=["sms", "email"])["steps"]["say"]
    form = SendForm(SendForm.read(part))
    assert form.is_valid()
    assert (form["first_by"].value(), form["else_by"].value(), form["then_by"].value()) == ("sms", "email", "")
    assert form.said(part)["channels"] == ["sms", "email"]
    changed = SendForm(SendForm.read(part) | {"else_by": "", "words": "Tea."})
    assert changed.is_valid()
    said = changed.said(part)
    assert (said["channel"], said["channels"], said["design"]["words"]) == ("sms", None, "Tea.")
