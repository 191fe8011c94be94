"""Sends events as Segment's clients do: in batches, and again whenever it is not sure that they arrived."""

import base64
import json
import threading
import time
import urllib.error
import urllib.request
from collections import deque

BATCH = 10
RETRIED = {408, 410, 429, 460} | set(range(500, 600)) - {501, 505, 511}


class Sender:
    """Threads that send the first `allow(count)` of `events`. `accepted` holds the ids that were answered with 200."""

    def __init__(self, url: str, key: str, events: list[dict], threads: int = 4) -> None:
        self.url = url
        self.accepted: set[str] = set()
        self.refused: list[int] = []
        self.again = 0
        self._authorization = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
        self._waiting = deque(events[at : at + BATCH] for at in range(0, len(events), BATCH))
        self._allowed = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def allow(self, batches: int) -> None:
        self._allowed.release(batches)

    def finish(self) -> None:
        """Send what is left; returns when everything was answered."""
        self.allow(len(self._waiting) + len(self._threads))
        for thread in self._threads:
            thread.join(300)
            assert not thread.is_alive()

    def _run(self) -> None:
        while self._allowed.acquire():
            try:
                batch = self._waiting.popleft()
            except IndexError:
                return
            self._send(batch)

    def _send(self, batch: list[dict]) -> None:
        body = json.dumps({"batch": batch}).encode()
        headers = {"Authorization": self._authorization, "Content-Type": "application/json"}
        while True:
            try:
                request = urllib.request.Request(f"{self.url}/v1/batch", body, headers)
                with urllib.request.urlopen(request, timeout=10) as answer:
                    assert answer.status == 200
                with self._lock:
                    self.accepted.update(event["messageId"] for event in batch)
                return
            except urllib.error.HTTPError as error:
                if error.code not in RETRIED:
                    self.refused.append(error.code)
                    return
            except OSError:
                pass
            self.again += 1
            time.sleep(0.2)
