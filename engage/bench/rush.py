"""`bench rush`: 200 people at once come to a web process that has just begun, and 200 others to the same process after:
votes in a contest and on the board, in a poll, answers of a survey, and their pages."""

import os
import socket
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from statistics import median
from threading import Barrier
from urllib.parse import urlencode

from django.urls import reverse
from PIL import Image

from campaigns.board import actions as board
from campaigns.contests import actions as contests
from campaigns.contests import deciding, form
from campaigns.contests.models import Contest, Entry
from campaigns.polls import actions as polls
from campaigns.surveys import actions as surveys
from campaigns.surveys.asked.kinds.kind import Answer
from campaigns.surveys.asked.kinds.special import Photo
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.limits.limits import Once
from campaigns.surveys.links import Sheet, Visitor, sign_form
from campaigns.surveys.models import SurveyVersion
from campaigns.surveys.taking import recording
from crm.contacts.models import Contact
from crm.dialogue.links import VOTER
from crm.dialogue.models import Message
from engage.bench.scratch import database
from engage.bench.web import HOST, whole_server
from engage.launcher.prepare import collect_static
from engage.lib import clock, ids, tokens
from engage.lib.pictures import thumbnail

PEOPLE = 200
PATIENCE = 60
"""Seconds that somebody waits for a page."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of one person: GET, or POST where there is a body."""

    path: str
    body: str = ""

    def written(self, number: int) -> bytes:
        method = "POST" if self.body else "GET"
        lines = [
            f"{method} {self.path} HTTP/1.1",
            f"Host: {HOST}",
            f"X-Forwarded-For: 198.51.{number // 250}.{number % 250}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(self.body)}",
            "Connection: close",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()


def run() -> dict[str, object]:
    """For each kind of request, milliseconds to the answer, how many were `refused`, and how much longer the last but
    one in a hundred waited in a cold process than in a warm one."""
    collect_static()
    with database() as url:
        found = {}
        for kind, asks in rushes(2 * PEOPLE).items():
            with whole_server(url) as port:
                cold, warm = come(port, asks[:PEOPLE]), come(port, asks[PEOPLE:])
            found[kind] = {"cold": cold, "warm": warm, "cold_to_warm_p99": round(cold["p99_ms"] / warm["p99_ms"], 2)}
    return {"people": PEOPLE, "load": round(os.getloadavg()[0], 1), **found}


def come(port: int, asks: Sequence[Ask]) -> dict[str, float]:
    """All at the same moment, each over a connection of its own."""
    ready = Barrier(len(asks))

    def ask(number: int) -> tuple[int, float]:
        said = asks[number].written(number)
        ready.wait()
        return answer(port, said)

    with ThreadPoolExecutor(len(asks)) as pool:
        found = list(pool.map(ask, range(len(asks))))
    taken = sorted(1000 * seconds for _status, seconds in found)
    refused = Counter(status for status, _seconds in found if status not in (200, 303))
    last_but_one_in_a_hundred = taken[-1 - len(taken) // 100]
    return {"refused": refused.total(), "p50_ms": round(median(taken)), "p99_ms": round(last_but_one_in_a_hundred)}


def answer(port: int, said: bytes) -> tuple[int, float]:
    """The status, 0 where the connection broke, and the seconds it took."""
    began = time.perf_counter()
    read = b""
    try:
        with socket.create_connection((HOST, port), timeout=PATIENCE) as connection:
            connection.sendall(said)
            while part := connection.recv(65536):
                read += part
    except OSError:
        read = b""
    status = int(read[9:12]) if read.startswith(b"HTTP/1.1 ") else 0
    return status, time.perf_counter() - began


def rushes(people: int) -> dict[str, list[Ask]]:
    """For each kind, one request of each of so many, who all got a message with their own link."""
    at, messages = clock.now(), _messages(people)
    entry, poll, survey = _contest(), _poll(), _survey()
    suggestion = board.put(title="Oat milk", text="", by="bench", at=at)
    board_ = board.board()
    board_.is_open = True
    board_.save()
    links = [urlencode({"t": tokens.sign(VOTER, "message", str(one.uid))}) for one in messages]
    contest = entry.contest.survey.key
    entry_page = reverse("public_entry", args=[contest, entry.uid])
    board_page = reverse("public_suggestion", args=[suggestion.uid])
    return {
        "contest_page": [Ask(f"{entry_page}?{link}") for link in links],
        "contest_vote": [Ask(reverse("vote_entry", args=[contest, entry.uid]), link) for link in links],
        "board_page": [Ask(f"{board_page}?{link}") for link in links],
        "board_vote": [Ask(reverse("vote_suggestion", args=[suggestion.uid]), link) for link in links],
        "poll_page": [Ask(reverse("poll", args=[poll.survey.key]))] * people,
        "poll_vote": _answers(poll, messages, {"q-poll": "1"}),
        "survey_page": [Ask(reverse("answer_survey", args=[survey.survey.key]))] * people,
        "survey_answer": _answers(survey, messages, {"q-taste": "4", "q-words": "Good"}),
    }


def _messages(people: int) -> list[Message]:
    at = clock.now()
    receivers = Contact.objects.bulk_create(Contact(name=f"Guest {number}", created=at) for number in range(people))
    return Message.objects.bulk_create(
        Message(
            contact=one,
            recorded_for=one,
            direction=Message.Direction.OUT,
            klass=Message.Class.MARKETING,
            channel="email",
            origin="bench",
            occurrence=str(one.pk),
            state=Message.State.ACCEPTED,
            at=at,
        )
        for one in receivers
    )


def _contest() -> Entry:
    """Open, with one entry that everybody sees."""
    at = clock.now()
    author = _messages(1)[0]
    made = contests.make(title="Tables", rules=contests.Rules(terms="Everybody."), by="bench", at=at)
    contests.publish(contest=made, by="bench", at=at)
    contest = Contest.objects.select_related("survey__current").get(pk=made.pk)
    out = BytesIO()
    Image.new("RGB", (900, 600), "brown").save(out, "JPEG")
    picture = thumbnail(out.getvalue(), (900, 600))
    assert picture is not None and contest.survey.current is not None
    answers = {
        form.PHOTO: Photo().answer(ids.uuid7(), picture),
        form.CAPTION: Answer("Ours", ("Ours",), "Ours"),
        form.RIGHTS: Answer("yes", ("1",), "Yes"),
    }
    recording.answer(version=contest.survey.current, visitor=_visitor(author), answers=answers, at=at)
    entry = Entry.objects.select_related("contest__survey").get(contest=contest)
    deciding.decide(contest=contest, entries=[entry.uid], standing=Entry.Standing.SHOWN, by="bench", at=at)
    return entry


def _poll() -> SurveyVersion:
    asked = polls.Asked("Which cake?", ("Plum", "Carrot", "None"), shows="always", once=Once.LINK)
    return _version(polls.make(asked=asked, by="bench", at=clock.now()).survey_id)


def _survey() -> SurveyVersion:
    questions = [
        {"id": "taste", "type": "stars", "text": "How was it?"},
        {"id": "words", "type": "text", "text": "Anything else?"},
    ]
    definition = parse({"title": "Coffee", "questions": questions})
    made = surveys.create(definition=definition, key="coffee", by="bench", at=clock.now())
    surveys.publish(survey=made, by="bench", at=clock.now())
    return _version(made.pk)


def _version(survey: int) -> SurveyVersion:
    return SurveyVersion.objects.select_related("survey").get(survey=survey)


def _answers(version: SurveyVersion, messages: Sequence[Message], said: dict[str, str]) -> list[Ask]:
    path, at = reverse("answer_survey", args=[version.survey.key]), clock.now()
    forms = (sign_form(version, _visitor(one), Sheet(), at) for one in messages)
    return [Ask(path, urlencode({"form": one, "do": "next", **said})) for one in forms]


def _visitor(message: Message) -> Visitor:
    return Visitor(f"message:{message.uid}", message, "mail")
