"""The button of the chat is small, says nothing of anybody, and is there only while it is switched on."""

import gzip
import re

import pytest

from crm.business.actions import create_key, update_business
from engage.lib import clock
from tests.crm.events.test_site_script import site_key

pytestmark = pytest.mark.django_db
SITES = [f"https://{name}.example" for name in ("shop", "www.shop", "blog.shop", "checkout.shop")]


@pytest.fixture
def switched_on():
    return update_business(by="test", at=clock.now(), chat_on=True, chat_sites=SITES, colour="#FFEE00")


def test_it_is_small_sets_no_cookie_and_is_cached(client, switched_on):
    answer = client.get(f"/w/chat/{site_key()}.js")
    assert answer.status_code == 200 and not answer.cookies
    assert len(gzip.compress(answer.content)) <= 2 * 1024
    assert "max-age=3600" in answer["Cache-Control"]
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_it_knows_the_sites_and_a_colour_that_reads_well(client, switched_on):
    script = client.get(f"/w/chat/{site_key()}.js").content.decode()
    assert all(f'"{site}"' in script for site in SITES)
    assert "background:#FFEE00;color:#1F2622" in script
    assert re.search("__[A-Z]+__", script) is None
    assert 'mode: "closed"' in script


def test_the_site_script_brings_it_along_only_while_it_is_on(client, switched_on):
    key = site_key()
    together = client.get(f"/w/{key}.js").content
    assert f"/w/chat/{key}.js".encode() in together
    assert len(gzip.compress(together)) <= 3 * 1024
    update_business(by="test", at=clock.now(), chat_on=False)
    assert b"/w/chat/" not in client.get(f"/w/{key}.js").content
    assert client.get(f"/w/chat/{key}.js").content == b""


def test_a_key_that_is_no_site_key_has_no_button(client, switched_on):
    assert client.get("/w/chat/unknown.js").status_code == 404
    assert client.get(f"/w/chat/{create_key(kind='write', name='x')[1]}.js").status_code == 404
    assert client.post(f"/w/chat/{site_key()}.js").status_code == 405
