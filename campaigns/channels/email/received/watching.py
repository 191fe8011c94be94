"""Mail comes within a second where the server tells of it (IMAP IDLE): one thread for each mailbox, in a process of its
own. Without that process, and for mailboxes in trouble, the schedule looks in now and then (see `fetching`)."""

import logging
import threading
import time

from django.db import connection
from django.db.models import QuerySet

from campaigns.channels.email.received import fetching
from campaigns.channels.models import Mailbox
from engage.lib.belts import PASSING

log = logging.getLogger(__name__)

WAIT = 25.0
"""Seconds that one connection waits; shorter than after what the schedule looks itself."""

PAUSE = 5.0


def waiting() -> QuerySet[Mailbox]:
    """The mailboxes whose servers tell of mail."""
    return Mailbox.objects.filter(paused=None, can_wait=True)


def watch(*, wait: float = WAIT, pause: float = PAUSE) -> None:
    """For ever."""
    threads: dict[int, threading.Thread] = {}
    while True:
        try:
            for key in waiting().filter(trouble="").values_list("pk", flat=True):
                if key not in threads or not threads[key].is_alive():
                    threads[key] = threading.Thread(target=_stay, args=(key, wait, pause), daemon=True)
                    threads[key].start()
        except PASSING as error:
            log.warning("mailboxes are asked for again: %s", type(error).__name__)
        connection.close()
        time.sleep(pause)


def _stay(key: int, wait: float, pause: float) -> None:
    while waiting().filter(pk=key, trouble="").exists():
        begun = time.monotonic()
        try:
            fetching.look_into(key, wait=wait)
        except PASSING as error:
            log.warning("a mailbox is looked into again: %s", type(error).__name__)
            connection.close_if_unusable_or_obsolete()
        time.sleep(max(0.0, pause - (time.monotonic() - begun)))
    connection.close()
