"""What we remember opens only to whoever reads the mail at that address."""

import time
from datetime import timedelta

import pytest
from django.http import HttpResponse

from crm.contacts.models import Identity
from crm.dialogue.links import memory_path
from crm.dialogue.models import Message
from engage.lib import clock, device
from engage.memory import codes
from tests.engage.memory.memories import code_for, open_memory, told

pytestmark = pytest.mark.django_db


def test_the_code_goes_to_the_address_of_the_link_and_stands_on_no_page(client, link, alice):
    page = client.post(f"{link}/code").content.decode()
    mail = Message.objects.get(origin="memory:code")
    assert (mail.address, mail.klass, mail.lane, mail.contact) == ("alice@shop.example", "security", 0, alice)
    digits = mail.subject.split()[0]
    assert len(digits) == 6 and digits not in page and "a•••@shop.example" in page


def test_the_right_code_opens_the_memory(client, link, alice):
    told(alice)
    page = client.get(open_memory(client, link)).content.decode()
    assert "oat milk, please" in page and "Which milk do you take?" in page


def test_a_code_works_once(client, link):
    filled = code_for(client, link)
    assert client.post(f"{link}/open", filled).status_code == 303
    assert client.post(f"{link}/open", filled).status_code == 400


def test_spaces_in_a_code_do_not_matter(client, link):
    filled = code_for(client, link)
    filled["code"] = f" {filled['code'][:3]} {filled['code'][3:]}"
    assert client.post(f"{link}/open", filled).status_code == 303


def test_after_five_wrong_tries_the_right_code_is_wrong_too(client, link):
    filled = code_for(client, link)
    for _ in range(5):
        assert client.post(f"{link}/open", filled | {"code": "12345x"}).status_code == 400
    assert client.post(f"{link}/open", filled).status_code == 400


def test_the_code_of_one_person_opens_nothing_of_another(client, link, bob):
    filled = code_for(client, link)
    bobs = memory_path(bob.uid, "", at=clock.now())
    assert client.post(f"{bobs}/open", filled).status_code == 400


@pytest.mark.parametrize("code", ["", "000000", "９９９９９９", "\x00", "x" * 10_000, "-1"])
def test_what_is_no_code_opens_nothing(client, link, code):
    filled = code_for(client, link)
    assert client.post(f"{link}/open", filled | {"code": code}).status_code == 400


@pytest.mark.parametrize("challenge", ["", "invented", "x" * 10_000, "a b\x00c", "é"])
def test_an_invented_challenge_opens_nothing(client, link, challenge):
    filled = code_for(client, link)
    assert client.post(f"{link}/open", filled | {"challenge": challenge}).status_code == 400


def test_a_code_ends_after_its_time(monkeypatch):
    monkeypatch.setattr(codes, "SECONDS", 1)
    code = codes.make("alice")
    time.sleep(1.1)
    assert not codes.check(code.challenge, "alice", code.digits)


def test_codes_are_not_sent_without_end(client, link):
    answers = [client.post(f"{link}/code").status_code for _ in range(6)]
    assert answers == [200] * 4 + [429] * 2
    assert Message.objects.filter(origin="memory:code").count() == 4


def test_nobody_gets_a_code_at_an_address_that_is_only_claimed(client, link, alice):
    Identity.objects.filter(contact=alice).update(proof="")
    assert "no address of yours" in client.get(link).content.decode()
    assert client.post(f"{link}/code").status_code == 303
    assert not Message.objects.filter(origin="memory:code").exists()


def test_no_cookie_without_the_tick(client, link):
    assert not client.post(f"{link}/open", code_for(client, link)).cookies


def test_a_device_that_is_remembered_needs_no_code_for_its_person_only(client, link, bob):
    open_memory(client, link, remember="1")
    cookie = client.cookies["engage_device"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["max-age"] == 90 * 24 * 3600
    assert "/m/all/" in client.get(link).content.decode()
    assert "/m/all/" not in client.get(memory_path(bob.uid, "", at=clock.now())).content.decode()


def test_a_device_is_forgotten_when_they_say_so(client, link):
    page = open_memory(client, link, remember="1")
    client.post(f"{page}device")
    assert "/m/all/" not in client.get(link).content.decode()


@pytest.mark.parametrize("cookie", ["", "nonsense", "é", "a.b", "x" * 5000])
def test_a_cookie_that_was_not_made_here_opens_nothing(client, link, cookie):
    client.cookies["engage_device"] = cookie
    response = client.get(link)
    assert response.status_code == 200 and "/m/all/" not in response.content.decode()


def test_a_cookie_ends_after_ninety_days(rf, alice):
    response = HttpResponse()
    device.remember(response, str(alice.uid), at=clock.now() - timedelta(days=91))
    request = rf.get("/")
    request.COOKIES = {name: morsel.value for name, morsel in response.cookies.items()}
    assert not device.is_known(request, str(alice.uid), at=clock.now())
