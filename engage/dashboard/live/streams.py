"""What can be followed, and by whom."""

import threading

from engage.dashboard.shell.navigation import EVERYBODY, WRITERS

STREAMS = {
    "inbox": EVERYBODY,
    "told": EVERYBODY,
    "messages": WRITERS,
    "broadcasts": WRITERS,
    "surveys": WRITERS,
    "board": EVERYBODY,
    "contests": EVERYBODY,
    "events": WRITERS,
}
"""The names that `live.publish` may use, and the roles that may follow them."""

MOST = 120
"""In one process: with those of visitors fewer than its threads, so that pages are served whoever follows what."""

places = threading.BoundedSemaphore(MOST)
