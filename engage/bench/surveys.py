"""`bench surveys`: the results of a survey with 1,000,000 answers, and 200 people who fill in one at the same time."""

import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from html import unescape
from http.client import HTTPConnection
from itertools import batched
from statistics import quantiles
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from campaigns.surveys import actions
from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.models import Survey
from campaigns.surveys.results import counting
from crm.business.models import User
from crm.segments.models import Segment
from engage.bench.pages import PLAIN, Ask, timed
from engage.bench.scratch import database
from engage.bench.web import HOST, whole_server
from engage.launcher.prepare import collect_static
from engage.lib import clock, ids, sql
from engage.seeds import busy

ANSWERS = 1_000_000
ROUNDS = 40
SLICE = 20_000
RESPONDENTS = 200
SURVEYS_EACH = 3
REFUSED = -1.0
THINKING = (3.0, 7.0)
"""Seconds on each page."""

QUESTIONS = [
    {"id": "milk", "type": "one_of", "text": "Which milk?"},
    {"id": "brewers", "type": "several_of", "text": "What do you brew with?"},
    {"id": "nps", "type": "nps", "text": "Would you recommend us?"},
    {"id": "taste", "type": "stars", "text": "How was it?"},
    {"id": "more", "type": "page", "text": "About you"},
    {"id": "csat", "type": "csat", "text": "Satisfied?"},
    {"id": "cups", "type": "number", "text": "How many cups a week?"},
    {"id": "gift", "type": "yes_no", "text": "A gift?"},
    {"id": "words", "type": "text", "text": "Anything else?"},
]
CHOICES = [{"no": no, "label": label} for no, label in enumerate(("oat", "soy", "whole", "none"), 1)]
SAID = ("The delivery was late", "I love the roast", "The grinder is loud", "More decaf, please", "Nothing to add")
RESPONSE = (
    *("uid", "survey_id", "version_id", "contact_id", "recorded_for_id", "state", "answers", "occasion", "origin"),
    *("language", "started", "finished", "day", "marks"),
)


def run(*, contacts: int = ANSWERS) -> dict[str, object]:
    """In a database of its own; so many answers, ten of each person, over a year."""
    collect_static()
    with database() as url:
        busy.fill(contacts=max(contacts // 10, 1), events=0, say=lambda _line: None)
        survey = fill(contacts)
        with override_settings(STORAGES=settings.STORAGES | PLAIN):
            found = measure(survey, rounds=ROUNDS)
        with whole_server(url) as port:
            pages = together(port, published("asked"))
        return {"answers": contacts, **found, "page_to_page": pages}


def published(key: str) -> Survey:
    questions = [one | ({"choices": CHOICES} if one["type"] in ("one_of", "several_of") else {}) for one in QUESTIONS]
    at = clock.now()
    survey = actions.create(definition=parse({"title": key, "questions": questions}), key=key, by="bench", at=at)
    actions.publish(survey=survey, by="bench", at=at)
    return Survey.objects.select_related("current").get(pk=survey.pk)


def fill(answers: int) -> Survey:
    """The trigger does its part while they are copied; then they are added up."""
    survey = published("loved")
    definition = parse(survey.draft)
    [(first, people)] = sql.rows("SELECT min(id), count(*) FROM crm_contacts_contact")
    now, rng = clock.now(), random.Random(7)  # noqa: S311 no secret
    step = timedelta(days=365) / answers
    for part in batched(range(answers), SLICE, strict=False):
        rows = (
            _response(survey, definition, first + number % people, now - step * (answers - number), rng)
            for number in part
        )
        sql.copy("campaigns_surveys_response", RESPONSE, rows)
    while counting.fold(counting.SLICE):
        pass
    sql.run("ANALYZE")
    return survey


def _response(survey: Survey, definition: Definition, person: int, at: datetime, rng: random.Random) -> tuple:
    values = {
        "milk": [str(rng.randint(1, 4))],
        "brewers": [str(no) for no in sorted(rng.sample(range(1, 5), 2))],
        "nps": [str(rng.randint(0, 10))],
        "taste": [str(rng.randint(1, 5))],
        "csat": [str(rng.randint(1, 5))],
        "cups": [str(rng.randint(1, 60))],
        "gift": [rng.choice("12")],
        "words": [f"{rng.choice(SAID)} {rng.randint(1, 999)}"],
    }
    answers = {
        id: {"value": chosen[0], "words": chosen[0], "chosen": chosen, "question": f"About {id}?"}
        for id, chosen in values.items()
    }
    marks = counting.marks_of(definition, answers, timedelta(seconds=rng.expovariate(1 / 90)))
    version = survey.current_id
    return (
        *(ids.uuid7(), survey.pk, version, person, person, "final", sql.document(answers)),
        *(f"page:{ids.uuid7()}", rng.choice(("link", "mail", "site")), rng.choice(("en", "es", "zh-hans"))),
        *(at, at, at.date(), sql.document(marks)),
    )


def measure(survey: Survey, *, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each page, from request to answer in this process, and its queries."""
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost")
    client.force_login(User.objects.create_user("bench@team.example", role=User.Role.OWNER))
    group = Segment.objects.create(name="English", rule={"field": "contact.language", "op": "is", "value": "en"})
    url, together_ = reverse("survey", args=[survey.uid]), reverse("cross_survey", args=[survey.uid])
    words = reverse("survey_answers", args=[survey.uid])
    later = {"cursor": f"{(clock.now() - timedelta(days=300)).isoformat()}_{2**40}"}
    asks: dict[str, Ask] = {
        "surveys": lambda _n: client.get(reverse("surveys")),
        "results": lambda _n: client.get(url),
        "results_of_90_days": lambda _n: client.get(url, {"days": "90"}),
        "results_narrowed": lambda _n: client.get(url, {"language": "es", "origin": "mail", "days": "365"}),
        "results_300_days_ago": lambda _n: client.get(url, later),
        "results_of_a_group": lambda _n: client.get(url, {"group": str(group.uid)}),
        "words": lambda _n: client.get(words),
        "words_300_days_ago": lambda _n: client.get(words, later),
        "words_of_a_question_and_score": lambda _n: client.get(words, {"question": "words", "least": "9"}),
        "a_rare_word": lambda n: _find(client, survey, f"{n + 100} grinder"),
        "a_common_word": lambda _n: _find(client, survey, "delivery"),
        "two_questions": lambda _n: client.get(together_, {"down": "milk", "across": "nps"}),
    }
    return {name: timed(ask, rounds) for name, ask in asks.items()}


def _find(client: Client, survey: Survey, words: str) -> object:
    return client.post(reverse("find_survey_answers", args=[survey.uid]), {"q": words}, follow=True)


def together(port: int, survey: Survey) -> dict[str, float]:
    """So many people at once, each fills in the survey some times and thinks on each page: milliseconds from a press to
    the next page, read by one process beside the server; and how many pages were `refused`, the server being full."""
    with ThreadPoolExecutor(RESPONDENTS) as pool:
        each = list(pool.map(lambda number: _fill_in(port, survey.key, number), range(RESPONDENTS)))
    taken = [1000 * seconds for one in each for seconds in one if seconds >= 0]
    refused = sum(seconds < 0 for one in each for seconds in one)
    cuts = quantiles(taken, n=100, method="inclusive")
    return {"pages": len(taken), "refused": refused, **{f"p{at}_ms": round(cuts[at - 1], 1) for at in (50, 95, 99)}}


def _fill_in(port: int, key: str, number: int) -> list[float]:
    rng, taken = random.Random(number), list[float]()  # noqa: S311 no secret
    time.sleep(rng.uniform(0, THINKING[1]))
    path = reverse("answer_survey", args=[key])
    for time_ in range(SURVEYS_EACH):
        asker = HTTPConnection(HOST, port, timeout=60)
        headers = {
            "X-Forwarded-For": f"198.51.{number % 250}.{time_ + 1}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        page, _seconds = _ask(asker, "GET", path, "", headers)
        for do, said in (("next", {"q-milk": "1", "q-nps": "9"}), ("send", {"q-csat": "4", "q-words": "Good"})):
            time.sleep(rng.uniform(*THINKING))
            if not page:
                taken.append(REFUSED)
                break
            form = unescape(re.search(r'name="form" value="([^"]*)"', page)[1])  # type: ignore[index]
            page, seconds = _ask(asker, "POST", path, urlencode({"form": form, "do": do, **said}), headers)
            taken.append(seconds)
        asker.close()
    return taken


def _ask(asker: HTTPConnection, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[str, float]:
    began = time.perf_counter()
    asker.request(method, path, body, headers)
    answer = asker.getresponse()
    page = answer.read().decode()
    return (page, time.perf_counter() - began) if answer.status == 200 else ("", REFUSED)
