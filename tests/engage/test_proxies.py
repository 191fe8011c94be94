"""Who the visitor is, behind proxies and behind people who pretend to be one."""

import ipaddress

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from engage.proxies import TrustedProxies


@pytest.fixture(autouse=True)
def trusted(settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "junk", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::1", "2001:db8::5", "2001:db8::5"),
        ("203.0.113.9", "10.0.0.1", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),
    ],
)
def test_the_nearest_hop_that_is_not_ours_is_the_visitor(peer, forwarded, visitor):
    request = seen_behind(peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert request.META["REMOTE_ADDR"] == visitor


@pytest.mark.parametrize(("peer", "secure"), [("10.0.0.1", True), ("203.0.113.9", False)])
def test_only_a_trusted_proxy_says_that_the_way_was_encrypted(peer, secure):
    assert seen_behind(peer, HTTP_X_FORWARDED_PROTO="https").is_secure() is secure


def seen_behind(peer, **headers):
    seen = []

    def view(request):
        seen.append(request)
        return HttpResponse()

    TrustedProxies(view)(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))
    return seen[0]
