"""How many visitors one process follows at once."""

import threading

MOST = 300
"""With those of colleagues fewer than its threads, so that pages are served however many chats are open."""

places = threading.BoundedSemaphore(MOST)
