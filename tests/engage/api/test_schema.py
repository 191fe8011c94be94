"""The schema tells the truth: whatever it allows, and what it forbids, is answered as it says, and never with 5xx."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from campaigns.board.actions import put
from campaigns.broadcasts.actions import create_broadcast
from campaigns.contests.actions import Rules
from campaigns.contests.actions import make as make_contest
from campaigns.contests.models import Entry
from campaigns.designs.actions import create_design
from campaigns.journeys.models import Enrolment, Journey, JourneyVersion
from campaigns.offers import actions as offers
from campaigns.polls.actions import Asked, make
from campaigns.surveys.limits.limits import Once
from campaigns.surveys.models import Response, Survey, SurveyVersion
from crm.business import bearer
from crm.catalog.models import Order, Product
from crm.contacts.actions import Owner, merge, pause, record_consent, suppress
from crm.contacts.models import Company, Topic
from crm.dialogue.actions import Draft, queue, say
from crm.dialogue.actions.desks import save_team
from crm.dialogue.models import Mail, Message
from crm.events.actions import accept
from crm.events.models import DeadLetter, Event
from crm.lists import bulk
from crm.lists.actions import save_view
from crm.preferences.actions import Statement, remember
from crm.preferences.models import Preference
from crm.segments.actions import create_segment
from engage.lib import clock
from tests import cast
from tests.engage.api.test_groups_and_journeys import ENGLISH, MILK, WELCOME

pytestmark = pytest.mark.django_db

SCHEMA = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 8


@pytest.fixture(autouse=True)
def the_connection_stays_open() -> Iterator[None]:
    """As Django's own test client does: the test's transaction would end with the first request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ids(key: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A thing of every kind, by the resource that shows it."""
    monkeypatch.setattr(bearer, "MOST_PER_MINUTE", 10**9)
    olga, alice, carol = cast.olga(), cast.alice(), cast.carol()
    now = clock.now()
    topic = Topic.objects.create(key="offers", label="Offers")
    record_consent(contact=alice, topic=topic, state="granted", how="form", at=now)
    pause(contact=alice, until=now + timedelta(days=1), by=str(olga), at=now)
    suppress(address="bob@shop.example", reason="asked", by=str(olga), at=now)
    merged = merge(survivor=alice, absorbed=carol, by=str(olga), at=now)
    remember([Statement(alice.pk, alice.pk, "milk", "oat", "stated", now, "survey")], at=now)
    Event.objects.create(
        contact=alice,
        recorded_for=alice,
        message_id="m1",
        kind="track",
        name="Signed Up",
        at=now,
        received=now,
        source="write",
        properties={"plan": "pro", "list": [1, None]},
    )
    accept(source="write", call="track", body="{}", events=1)
    letter = DeadLetter.objects.create(received=now, source="write", body="{}", reason="odd")
    product = Product.objects.create(external_id="beans", name="Beans", price=9, currency="GBP")
    order = Order.objects.create(
        external_id="1001", contact=alice, recorded_for=alice, at=now, total=9, currency="GBP", source="write"
    )
    order.lines.create(position=1, product=product, name="Beans", quantity=1, price=9)
    said = say(contact=alice, text="Hello?", channel="email", at=now)
    Mail.objects.create(uid=said.uid, message=said, kind="letter", raw=b"Subject: Hello", at=now)
    queue([Draft(alice.pk, alice.pk, "marketing", "journey:1:ask", "1", topic=topic.pk)], at=now)
    Message.objects.filter(origin="journey:1:ask").update(state="withheld", why="talking", settled=now)
    segment = create_segment(name="English", rule=ENGLISH, by="Max", at=now)
    journey = Journey.objects.create(name="Welcome", draft=WELCOME)
    version = JourneyVersion.objects.create(journey=journey, number=1, definition=WELCOME)
    Journey.objects.update(state="live", current=version)
    Enrolment.objects.create(
        journey=journey, version=version, contact=alice, recorded_for=alice, entry="m1", step="pause", began=now
    )
    survey = Survey.objects.create(key="milk", title="Milk", draft=MILK)
    edition = SurveyVersion.objects.create(survey=survey, number=1, definition=MILK)
    answers = Response.objects.create(survey=survey, version=edition, contact=alice, recorded_for=alice, occasion="x")
    view = save_view(name="English", filters={"language": "en"}, columns=[], order="seen", shared=True, by=olga, at=now)
    offer = offers.make(terms=offers.Terms("A bag of beans"), by="Max", at=now)
    act = bulk.begin("lift", {}, number=1, colleague=olga, at=now, chosen=[alice.pk])
    contest = make_contest(title="Tables", rules=Rules(), by="Max", at=now)
    owned = {"contest": contest, "contact": alice, "recorded_for": alice}
    things = {
        "views": view,
        "acts": act,
        "contacts": alice,
        "companies": Company.objects.create(name="Harbour Café", external_id="c-1"),
        "merges": merged,
        "envelopes": letter,
        "preferences": Preference.objects.get(),
        "segments": segment,
        "journeys": journey,
        "templates": create_design(kind="letter", name="News", language="en", by="Max", at=now),
        "broadcasts": create_broadcast(name="Beans", topic=topic, rule={"all": []}, by="Max", at=now),
        "messages": Message.objects.get(origin="journey:1:ask"),
        "conversations": said.conversation,
        "mails": said,
        "teams": save_team(None, name="Roastery", members=[olga], by="Olga", at=now),
        "surveys": survey,
        "responses": answers,
        "polls": make(asked=Asked("Tea?", ["Yes", "No"], "after", Once.LINK), by="Max", at=now),
        "contests": contest,
        "entries": Entry.objects.create(response=answers, at=now, **owned),
        "offers": offer,
        "offers-given": offers.give(offer=offer, owner=Owner(alice.pk, alice.pk), cause="test:1", at=now),
        "suggestions": put(title="A bench", text="", owner=Owner(alice.pk, alice.pk), by="Max", at=now),
        "products": product,
        "orders": order,
    }
    return {name: str(thing.uid) for name, thing in things.items()}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.label for operation in OPERATIONS])
def test_every_operation_answers_as_the_schema_says(operation: Any, mode: Any, ids: dict[str, str], key: str) -> None:
    _fuzz(operation, mode, ids, {"Authorization": f"Bearer {key}"})()


def _fuzz(operation: Any, mode: Any, ids: dict[str, str], headers: dict[str, str]) -> Callable[[], None]:
    resource = operation.path.removeprefix("/api/v1/").split("/")[0]
    in_path = [name for name in ("id", "contact", "journey", "conversation") if f"{{{name}}}" in operation.path]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), real=st.sampled_from([True, True, False]))
    def check(case: Any, real: bool) -> None:
        if real and in_path:
            also = {"message": ids["mails"]} if "{message}" in operation.path else {}
            case.path_parameters = {in_path[0]: ids[resource], **also}
        if real and isinstance(case.body, dict) and "contact" in case.body:
            case.body = case.body | {"contact": ids["contacts"]}
        case.call_and_validate(headers=headers, checks=CHECKS)

    return check


def test_all_of_the_interface_is_in_the_schema() -> None:
    labels = {operation.label for operation in OPERATIONS}
    assert {
        "GET /api/v1/contacts/",
        "POST /api/v1/contacts/merge/",
        "DELETE /api/v1/merges/{id}/",
        "GET /api/v1/contacts/{contact}/timeline/",
        "PUT /api/v1/contacts/{id}/pause/",
        "POST /api/v1/envelopes/{id}/retry/",
        "POST /api/v1/preferences/",
        "GET /api/v1/people/",
        "GET /api/v1/views/{id}/people/",
        "POST /api/v1/acts/",
        "POST /api/v1/acts/{id}/undo/",
        "GET /api/v1/segments/{id}/explain/",
        "POST /api/v1/journeys/{id}/try/",
        "POST /api/v1/broadcasts/{id}/start/",
        "GET /api/v1/broadcasts/{id}/ledger/",
        "POST /api/v1/templates/preview/",
        "PUT /api/v1/conversations/{id}/snooze/",
        "PUT /api/v1/conversations/{id}/team/",
        "PATCH /api/v1/hours/",
        "PATCH /api/v1/teams/{id}/",
        "POST /api/v1/surveys/{id}/publish/",
    } <= labels
    assert len(labels) > 60
