"""Several hands at once."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable

from django.db import connection

from campaigns.journeys.models import Enrolment, Visit
from crm.contacts.models import Contact, Identity
from tests.cast import contact

type Path = list[tuple[int, str, str]]
"""Number, step and kind of each visit."""


def at_once(*jobs: Callable[[], object], seconds: float = 120) -> list[Exception]:
    """Runs the jobs in threads that begin together, each with a connection of its own; what they raised."""
    raised: list[Exception] = []
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        try:
            start.wait(30)
            job()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job], daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
        assert not thread.is_alive(), "it hangs"
    return raised


def known(number: int) -> Contact:
    """A person whom the shop's server calls u<number>."""
    person = contact(f"Person {number}", f"p{number}@people.test")
    Identity.objects.create(contact=person, recorded_for=person, kind="external", value=f"u{number}", proof="server")
    return person


def assert_walked_step_by_step() -> dict[int, Path]:
    """By enrolment, the visits: nobody left one out, or made it twice."""
    paths: dict[int, Path] = defaultdict(list)
    kept = Visit.objects.order_by("enrolment", "number")
    for enrolment, number, step, kind in kept.values_list("enrolment", "number", "step", "decision__kind"):
        paths[enrolment].append((number, step, kind))
    for one in Enrolment.objects.all():
        assert [number for number, _, _ in paths[one.pk]] == [*range(1, one.visit + 1)]
    return paths


def keys(kind: str) -> Counter[str]:
    """What the visits of such steps do once, each by the key that it must have."""
    found = Visit.objects.filter(decision__kind=kind).values_list("enrolment__uid", "number")
    return Counter(f"{uid}:{number}" for uid, number in found)
