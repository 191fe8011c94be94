"""Whether links lead somewhere, asked of real servers, and never of our own network."""

import ipaddress
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from campaigns.designs import following
from campaigns.designs.following import addresses, follow
from engage.lib import outward

HERE = [ipaddress.ip_network("127.0.0.0/8")]


class Website(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/slow"):
            self.server.wait.wait(20)
        status = int(self.path.rpartition("-")[2])
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/new-200")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def site():
    with ThreadingHTTPServer(("127.0.0.1", 0), Website) as server:
        server.wait = threading.Event()
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.wait.set()
        server.shutdown()
        thread.join()


def test_each_link_says_what_became_of_it(site):
    found = follow([f"{site}/a-200", f"{site}/a-301", f"{site}/a-404", f"{site}/a-500", f"{site}/a-403#x"], inside=HERE)
    assert [(one.wrong, bool(one.message)) for one in found] == [
        (False, False),
        (False, True),
        (True, True),
        (True, True),
        (False, True),
    ]
    assert f"{site}/new-200" in found[1].message


def test_our_own_network_is_never_asked(site):
    for address in (f"{site}/a-200", "http://localhost:1/", "http://[::1]/", "http://169.254.169.254/latest/"):
        [found] = follow([address])
        assert found.wrong
        assert "private network" in found.message


def test_what_does_not_answer_holds_nobody_up(site, monkeypatch):
    monkeypatch.setattr(following, "SECONDS", 0.3)
    [slow, quick] = follow([f"{site}/slow-200", f"{site}/a-200"], inside=HERE)
    assert "in time" in slow.message
    assert not slow.wrong
    assert quick.message == ""


@pytest.mark.parametrize("address", ["http://nowhere.invalid/", "https://user:secret@shop.example/"])
def test_what_cannot_be_asked_is_said_in_words(address):
    [found] = follow([address])
    assert found.message.endswith(".")


def test_only_web_addresses_are_opened_each_once():
    links = ["https://a.example/x", "https://a.example/x", "mailto:a@b.example", "#", "javascript:alert(1)"]
    html = "".join(f'<a href="{link}">here</a>' for link in links)
    assert addresses(html) == ["https://a.example/x"]
    assert addresses("") == []


def test_a_page_that_never_ends_its_head_is_left(site, monkeypatch):
    monkeypatch.setattr(outward, "LONGEST_HEAD", 10)
    [found] = follow([f"{site}/a-301"], inside=HERE)
    assert found.wrong
