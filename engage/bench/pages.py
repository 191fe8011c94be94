"""`bench pages`: the list of people, eight kinds of search and one person's page, at a million people."""

import time
from collections.abc import Callable
from statistics import quantiles

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from crm.business.models import User
from crm.contacts.models import Contact
from engage.bench.scratch import database
from engage.seeds import busy

CONTACTS = EVENTS = 1_000_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SIGNS = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高"
ROUNDS = 40
PLAIN = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
"""Names of static files without a hash, so that nothing has to be collected first."""

type Ask = Callable[[int], object]


def run(*, contacts: int = CONTACTS, events: int = EVENTS) -> dict[str, object]:
    """In a database of its own."""
    with database(), override_settings(STORAGES=settings.STORAGES | PLAIN):
        busy.fill(contacts=contacts, events=events, say=lambda _line: None)
        return {"contacts": contacts, "events": events, **measure(rounds=ROUNDS)}


def measure(*, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of each page, from request to answer in this process (median and 95th percentile), and its
    queries. Each round asks for another person."""
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0].lstrip(".*") or "localhost")
    client.force_login(User.objects.create_user("bench@team.example", role=User.Role.OWNER))
    step = max(Contact.objects.count() // rounds, 1)
    people = list(Contact.objects.order_by("pk")[::step][:rounds])
    return {name: timed(ask, rounds) for name, ask in _pages(client, people).items()}


def _pages(client: Client, people: list[Contact]) -> dict[str, Ask]:
    def find(text: Callable[[Contact], str]) -> Ask:
        return lambda n: client.post(reverse("find_people"), {"q": text(people[n])}, follow=True)

    return {
        "list": lambda _n: client.get(reverse("people")),
        "narrowed": lambda _n: client.get(reverse("people"), {"language": "en", "quiet": "90"}),
        "seen_lately": lambda _n: client.get(reverse("people"), {"country": "ES", "seen": "7"}),
        "counted": lambda _n: client.get(reverse("count_people"), {"country": "ES", "seen": "7"}),
        "search_name": find(lambda person: person.name[1:]),
        "search_address": find(lambda person: person.identities.get(kind="email").value[2:-4]),
        "search_number": find(lambda person: f"0{7_700_000_000 + person.pk}"),
        "search_two_letters": find(lambda person: "".join(LETTERS[(person.pk * n) % 26] for n in (7, 11))),
        "search_two_digits": find(lambda person: f"{person.pk % 100:02}"),
        "search_two_signs": find(lambda person: SIGNS[person.pk % 19] + SIGNS[person.pk % 17]),
        "search_word_with_one_letter": find(lambda person: f"{LETTERS[person.pk % 26]} {LETTERS[person.pk % 23]}"),
        "person": lambda n: client.get(reverse("person", args=[people[n].uid])),
    }


def timed(ask: Ask, rounds: int) -> dict[str, float]:
    with CaptureQueriesContext(connection) as made:
        answer = ask(0)
    queries = len(made)  # the next request empties the log
    if (status := getattr(answer, "status_code", 0)) != 200:
        raise RuntimeError(f"a page answers {status}")
    taken = []
    for number in range(rounds):
        began = time.perf_counter()
        ask(number)
        taken.append(1000 * (time.perf_counter() - began))
    cuts = quantiles(taken, n=20, method="inclusive")
    return {"p50_ms": round(cuts[9], 1), "p95_ms": round(cuts[18], 1), "queries": queries}
