"""What we send to other people's servers cannot be turned against our own network."""

import socket
import time
from ipaddress import ip_address, ip_network

import pytest

from engage.lib.outward import NotReached, is_public, place, post
from tests.engage.lib.listening import OK, saying, server

HERE = [ip_network("127.0.0.0/8")]


def reason(url: str, **more) -> str:
    with pytest.raises(NotReached) as refused:
        post(url, b"{}", {}, **more)
    return refused.value.reason


def test_the_body_and_the_headers_arrive_and_the_status_comes_back():
    with server(saying(OK)) as (url, got):
        assert post(f"{url}/hook?x=1", b'{"a": 1}', {"webhook-id": "m1"}, inside=HERE) == 204
    head, _, body = got[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?x=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"webhook-id: m1" in head and body == b'{"a": 1}'


def test_an_interim_answer_is_not_taken_for_the_last():
    with server(saying(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", OK, pause=0.05)) as (url, _got):
        assert post(url, b"", {}, inside=HERE) == 204


def test_a_redirect_is_an_answer_and_is_not_followed():
    with server(saying(OK)) as (elsewhere, reached):
        moved = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere}\r\n\r\n".encode()
        with server(saying(moved)) as (url, _got):
            assert post(url, b"", {}, inside=HERE) == 302
    assert reached == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
    ],
)
def test_an_address_that_is_not_everybodys_is_refused(address):
    assert not is_public(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    assert reason(f"https://{host}/hook") == "own_network"


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_an_address_of_everybodys_may_be_reached(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("url", ["https://localhost/", "https://2130706433/", "https://0x7f.1/", "https://127.1/"])
def test_other_ways_to_write_this_machine_are_refused_too(url):
    assert reason(url) in ("own_network", "unknown_host")


def resolving(monkeypatch, *answers: list[str]) -> None:
    """What the name says, time after time."""
    left = list(answers)

    def getaddrinfo(host, port, *_args, **_more):
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_a_name_with_one_address_of_ours_among_others_is_refused(monkeypatch):
    resolving(monkeypatch, ["93.184.216.34", "10.0.0.1"])
    assert reason("https://hooks.example/") == "own_network"


def test_the_connection_goes_to_the_address_that_was_looked_at_whatever_the_name_says_next(monkeypatch):
    with server(saying(OK)) as (url, got):
        port = int(url.rpartition(":")[2])
        resolving(monkeypatch, ["198.18.0.1"], ["127.0.0.1"])
        inside = [ip_network("198.18.0.0/15")]
        assert reason(f"http://hooks.example:{port}/", inside=inside, seconds=0.5) in ("timed_out", "unreachable")
    assert got == []


def test_without_tls_nothing_leaves_our_network(monkeypatch):
    resolving(monkeypatch, ["93.184.216.34"])
    assert reason("http://hooks.example/") == "not_https"


def test_a_certificate_that_nobody_vouches_for_is_not_believed():
    with server(saying(OK)) as (url, got):
        assert reason(url.replace("http:", "https:"), inside=HERE) == "tls"
    assert b"POST" not in got[0]


@pytest.mark.parametrize("drip", [(b"H", b"T", b"T", b"P", b"/"), (b"",)])
def test_a_server_that_takes_its_time_is_left_after_ours_is_over(drip):
    began = time.monotonic()
    with server(saying(*drip, pause=0.3)) as (url, _got):
        found = reason(url, inside=HERE, seconds=0.6)
    assert found in ("timed_out", "no_http") and time.monotonic() - began < 3


@pytest.mark.parametrize("said", [b"", b"220 mail.example ESMTP\r\n", b"HTTP/1.1 9999 No\r\n", b"x" * 100_000])
def test_what_does_not_answer_as_a_web_server_does_is_none(said):
    with server(saying(said)) as (url, _got):
        assert reason(url, inside=HERE) in ("no_http", "unreachable")


def test_nobody_at_home_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert reason(f"http://127.0.0.1:{port}/", inside=HERE) == "unreachable"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hook",
        "ftp://shop.example/",
        "https://",
        "https:///path",
        "https://a b.example/",
        "https://shop.example/ä",
        "https://user:pass@shop.example/",
        "https://shop.example:99999/",
        "https://shop.example/\r\nX: y",
        "https://shop.example/#part",
        "https://-shop.example/",
        "https://[::1/",
        f"https://shop.example/{'x' * 500}",
    ],
)
def test_what_is_no_address_is_refused(url):
    assert place(url) is None
