"""From an answer posted on a survey page to what a journey decides because of it, through all processes: the answer
is final, remembered, and a message is queued that speaks of it."""

import os
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from urllib.parse import urlencode

from campaigns.journeys import actions as journeys
from campaigns.surveys import actions as surveys
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.links import Sheet, Visitor, sign_form
from campaigns.surveys.models import Response, SurveyVersion
from crm.business.actions import update_business
from crm.contacts.models import Contact
from crm.dialogue.models import Message
from crm.preferences.models import Preference
from engage.bench.latency import broker, commands, figures, process
from engage.bench.scratch import database
from engage.bench.web import HOST, server
from engage.lib import clock, sql

ANSWERS, WARMING = 100, 5
PAUSE = 0.1
SURVEY = {
    "title": "Bench",
    "questions": [
        {
            "id": "milk",
            "type": "one_of",
            "text": "Which milk?",
            "choices": [{"no": 1, "label": "oat milk"}, {"no": 2, "label": "soy milk"}],
            "remember": {"key": "milk", "label": "Milk", "citable": True, "sentence": "You take {{ value }}."},
        },
        {"id": "number", "type": "line", "text": "Which number?"},
    ],
}
JOURNEY = {
    "trigger": {"event": "Survey Answered", "rule": {"property": "answer_milk", "op": "is", "value": "oat milk"}},
    "entry": {"again": "always"},
    "start": "send",
    "steps": {
        "send": {
            "kind": "send",
            "design": {"subject": "Milk", "body": "Thank you: {{ event.properties.answer_milk }}."},
            "class": "transactional",
            "next": "end",
        },
        "end": {"kind": "end", "reason": "Done"},
    },
}


def run() -> dict:
    """Milliseconds from the first byte of the POST to the step's decision, committed, and to the answer of the page."""
    with database() as url, ExitStack() as stack:
        at = clock.now()
        sql.run(_NOTE_DECIDED)
        update_business(by="bench", at=at, name="Shop", sender_email="shop@shop.test", live=True)
        survey = surveys.create(definition=parse(SURVEY), key="bench", by="bench", at=at)
        version = surveys.publish(survey=survey, by="bench", at=at)
        journeys.publish(journeys.create_journey(name="Bench", draft=JOURNEY, by="bench", at=at), by="bench", at=at)
        forms = [_form(version) for _each in range(WARMING + ANSWERS)]
        os.environ |= {"EMAIL_URL": "outbox://", "CELERY_BROKER_URL": broker()}
        web = stack.enter_context(server(url, "engage.wsgi:application"))
        for command in commands():
            stack.enter_context(process(url, *command))
        _post(web, forms[:WARMING], first=0)
        sent, answered = _post(web, forms[WARMING:], first=WARMING)
        decided = dict(sql.rows("SELECT number, at FROM bench_decided"))
        final = Response.objects.filter(state=Response.State.FINAL).count()
        known = Preference.objects.filter(state=Preference.State.ACTIVE).count()
    assert final == known == len(forms), f"{len(forms)} answers, {final} kept, {known} remembered"
    load = {"load": round(os.getloadavg()[0], 1)}
    return {"answers": len(sent), **figures("page_", sent, answered), **figures("", sent, decided), **load}


def _form(version: SurveyVersion) -> str:
    """The page of somebody who got a mail, as its form signs it."""
    at = clock.now()
    contact = Contact.objects.create(name="Somebody", created=at)
    message = Message.objects.create(
        contact=contact,
        recorded_for=contact,
        direction=Message.Direction.OUT,
        klass=Message.Class.MARKETING,
        channel="email",
        origin="bench",
        occurrence=str(contact.pk),
        state=Message.State.ACCEPTED,
        at=at,
    )
    return sign_form(version, Visitor(f"message:{message.uid}", message, "mail"), Sheet(), at)


def _post(port: int, forms: list[str], *, first: int) -> tuple[dict[str, float], dict[str, float]]:
    """One after the other, and wait until all are decided on: when each was sent, and when its page was there."""
    sent: dict[str, float] = {}
    answered: dict[str, float] = {}
    connection = HTTPConnection(HOST, port, timeout=10)
    for number, form in enumerate(forms, first):
        body = urlencode({"form": form, "q-milk": 1, "q-number": number, "do": "next"})
        sent[str(number)] = time.time()
        connection.request("POST", "/s/bench/", body, {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        response.read()
        assert response.status == 200, response.status
        answered[str(number)] = time.time()
        time.sleep(PAUSE)
    end = time.monotonic() + 60
    while missing := len(sent.keys() - {number for (number,) in sql.rows("SELECT number FROM bench_decided")}):
        if time.monotonic() > end:
            raise RuntimeError(f"{missing} of {len(sent)} answers led to nothing within 60 s")
        time.sleep(0.2)
    return sent, answered


_NOTE_DECIDED = """
    CREATE TABLE bench_decided (number text PRIMARY KEY, at float);
    CREATE FUNCTION bench_note_decided() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF starts_with(NEW.origin, 'journey:') THEN
            INSERT INTO bench_decided
            VALUES (NEW.variables #>> '{event,properties,answer_number}', extract(epoch FROM clock_timestamp()));
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER bench_decided AFTER INSERT ON crm_dialogue_message
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bench_note_decided();
"""
"""Notes when each step was decided: the last thing before its transaction commits."""
