import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from campaigns.channels.email.provider import Provider
from campaigns.channels.port import Fate
from tests.campaigns.channels.email.test_handing_over_by_smtp import Ledger, parcel, parcels


@dataclass
class Api:
    """A provider's HTTP interface (Postmark's) on a real socket."""

    status: int = 200
    requests: list[dict] = field(default_factory=list)
    url: str = ""


@contextmanager
def answering(api: Api):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            api.requests.append(body)
            to = body["To"].rpartition("<")[2].rstrip(">")
            answer = {"To": to, "SubmittedAt": "", "MessageID": "m-1", "ErrorCode": 0, "Message": "OK"}
            if api.status != 200:
                answer = {"ErrorCode": 100, "Message": f"no {to}"}
            self.send_response(api.status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}/"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()


def send(settings, url: str, mails, ledger: Ledger | None = None) -> Ledger:
    settings.MAILERS = {
        "default": {
            "BACKEND": "anymail.backends.postmark.EmailBackend",
            "OPTIONS": {"server_token": "t", "api_url": url},
        }
    }
    ledger, provider = ledger or Ledger(), Provider()
    provider.hand_over(mails, ledger.turn)
    provider.close()
    return ledger


def test_a_provider_gets_the_mail_with_all_its_headers(settings):
    with answering(Api()) as api:
        ledger = send(settings, api.url, parcels(2))
    assert [(o.fate, o.reply) for o in ledger.outcomes.values()] == [(Fate.ACCEPTED, "m-1")] * 2
    assert ledger.marked == [["p0"], ["p1"]]
    request = api.requests[0]
    assert request["Subject"] == "Hello Alice"
    assert "Dear Alice" in request["HtmlBody"]
    assert "Dear Alice" in request["TextBody"]
    headers = {header["Name"]: header["Value"] for header in request["Headers"]}
    assert headers["Message-ID"] == "<1@shop.test>"
    assert headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("status", "fate"),
    [(422, Fate.REFUSED), (401, Fate.DEFERRED), (429, Fate.DEFERRED), (503, Fate.DEFERRED), (500, Fate.UNKNOWN)],
)
def test_a_providers_answer_decides_what_became_of_the_mail(settings, status, fate):
    with answering(Api(status=status)) as api:
        ledger = send(settings, api.url, parcels(1))
    assert ledger.outcomes["p0"].fate is fate
    assert "customers.test" not in ledger.outcomes["p0"].reply


def test_a_provider_that_cannot_be_reached_is_asked_once(settings):
    ledger = send(settings, "http://127.0.0.1:1/", parcels(4))
    assert set(ledger.fates().values()) == {Fate.NOT_HANDED}
    assert ledger.marked == [["p0"]]


def test_what_the_ledger_no_longer_owns_is_not_given_to_a_provider(settings):
    with answering(Api()) as api:
        ledger = send(settings, api.url, parcels(3), Ledger(stopped={"p1"}))
    assert ledger.fates() == {"p0": Fate.ACCEPTED, "p1": Fate.NOT_HANDED, "p2": Fate.ACCEPTED}
    assert len(api.requests) == 2


def test_one_bad_address_does_not_stop_the_others(settings):
    with answering(Api()) as api:
        ledger = send(settings, api.url, [parcel("a b"), parcel("bob")])
    assert ledger.fates() == {"a b": Fate.REFUSED, "bob": Fate.ACCEPTED}
