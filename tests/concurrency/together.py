"""Several hands at once."""

import threading
from collections.abc import Callable

from django.db import connection

from crm.contacts.models import Contact, Identity
from tests.cast import contact


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
