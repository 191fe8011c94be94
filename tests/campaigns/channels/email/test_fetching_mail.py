"""Mail is fetched from real mailboxes: each once, marked as seen only when it is here, and trouble is told in words."""

import gc
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from campaigns.channels.email.received import fetching, imap
from campaigns.channels.email.received.imap import NotOpened
from campaigns.channels.models import Mailbox
from crm.dialogue import reports
from crm.dialogue.models import Mail, Message, Report
from engage import returns
from engage.lib import belts, clock
from tests import cast
from tests.imap import PASSWORD, Server, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def login(request: pytest.FixtureRequest) -> str:
    return f"box{abs(hash(request.node.nodeid))}"


def made(server: Server, login: str, **fields: object) -> Mailbox:
    given = {"host": "127.0.0.1", "port": server.port, "security": "none", "login": login, "secret": PASSWORD.encode()}
    given |= {"address": f"{login}@shop.test", "made": clock.now(), "made_by": "test"} | fields
    return Mailbox(**given)


def kept(server: Server, login: str) -> Mailbox:
    server.box(login).logout()
    mailbox = made(server, login)
    fetching.begin(mailbox)
    mailbox.save()
    return mailbox


def mail(number: int) -> bytes:
    return f"From: alice@shop.example\nMessage-ID: <{number}@alice>\nSubject: Coffee\n\nMail {number}\n".encode()


@pytest.mark.django_db
def test_what_comes_is_fetched_once_and_what_was_there_stays(server, login, monkeypatch):
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    cast.alice()
    server.deliver(mail(0), login=login)
    mailbox = kept(server, login)
    server.deliver(mail(1), mail(2), login=login)
    assert fetching.run() == 2
    assert fetching.run() == 0
    returns.run()
    assert [words.text for words in Message.objects.filter(direction="in").order_by("id")] == ["Mail 1", "Mail 2"]
    assert {one.source for one in Mail.objects.all()} == {f"{login}@shop.test"}
    assert server.seen(login) == 2
    mailbox.refresh_from_db()
    assert (mailbox.taken, mailbox.trouble) == (2, "") and mailbox.fetched


@pytest.mark.django_db
def test_a_mail_is_marked_as_seen_only_when_it_is_kept(server, login, monkeypatch):
    mailbox = kept(server, login)
    server.deliver(mail(1), login=login)

    def away(heard):
        raise belts.Passing

    with monkeypatch.context() as broken:
        broken.setattr(reports, "accept", away)
        with pytest.raises(belts.Passing):
            fetching.look_into(mailbox.pk)
    assert server.seen(login) == 0 and not Report.objects.exists()
    assert fetching.look_into(mailbox.pk) == 1
    assert server.seen(login) == 1 and Report.objects.count() == 1


@pytest.mark.django_db
def test_when_the_server_numbers_anew_what_is_here_comes_again_and_is_here_once(server, login, monkeypatch):
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    mailbox = kept(server, login)
    server.deliver(mail(1), login=login)
    fetching.look_into(mailbox.pk)
    Mailbox.objects.update(validity=1, last_uid=900)
    server.deliver(mail(2), login=login)
    assert fetching.look_into(mailbox.pk) == 2
    returns.run()
    assert Mail.objects.count() == 2


@pytest.mark.django_db
def test_two_fetchers_at_once_keep_each_mail_once(server, login):
    mailbox = kept(server, login)
    server.deliver(mail(1), login=login)
    other = Mailbox.objects.get(pk=mailbox.pk)
    with imap.opened(other) as box:
        assert fetching.look_into(mailbox.pk) == 1
        assert fetching._take(other, box) == 0
    assert Report.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # imaplib leaves a failed socket open
@pytest.mark.parametrize(
    ("wrong", "flaw"),
    [
        ({"secret": b"wrong"}, "login"),
        ({"port": 1}, "unreachable"),
        ({"host": "no.such.host.invalid"}, "unknown_host"),
        ({"security": "tls"}, "tls"),
        ({"security": "starttls"}, "tls"),
        ({"folder": "Nowhere"}, "folder"),
        ({"secret": None}, "secret"),
    ],
)
def test_what_keeps_a_mailbox_shut_is_told(server, login, wrong, flaw):
    mailbox = made(server, login, **wrong)
    with pytest.raises(NotOpened) as told, imap.opened(mailbox):
        pass
    assert told.value.flaw == flaw and imap.FLAWS[flaw]
    del told
    gc.collect()


@pytest.mark.django_db
def test_a_mailbox_in_trouble_says_so_and_waits_longer_than_the_others(server, login):
    mailbox = kept(server, login)
    Mailbox.objects.update(port=1)
    fetching.run()
    mailbox.refresh_from_db()
    assert mailbox.trouble == "unreachable" and mailbox.trouble_since
    now = clock.now()
    assert fetching.due(now + timedelta(minutes=2)) == []
    assert fetching.due(now + timedelta(minutes=6)) == [mailbox.pk]
    Mailbox.objects.update(port=server.port)
    fetching.look_into(mailbox.pk)
    mailbox.refresh_from_db()
    assert mailbox.trouble == "" and mailbox.trouble_since is None


@pytest.mark.django_db
def test_a_paused_mailbox_is_left_alone(server, login):
    mailbox = kept(server, login)
    server.deliver(mail(1), login=login)
    Mailbox.objects.update(paused=clock.now())
    assert fetching.run() == fetching.look_into(mailbox.pk) == 0


@pytest.mark.django_db(transaction=True)
def test_where_the_server_tells_mail_is_here_at_once(server, login):
    mailbox = kept(server, login)
    taken: list[int] = []

    def watch() -> None:
        taken.append(fetching.look_into(mailbox.pk, wait=20))
        connection.close()

    watching = threading.Thread(target=watch)
    watching.start()
    while not Mailbox.objects.exclude(fetched=None).exists():
        pass
    server.deliver(mail(1), login=login)
    watching.join(10)
    assert taken == [1]
