"""A photo is entered once, looked at, and then seen by everybody."""

import pytest

from campaigns.contests import deciding
from campaigns.contests.models import Entry
from engage.lib import clock
from tests.campaigns.board.suggesting import said
from tests.campaigns.contests.contesting import opened, path, proof_link, send

pytestmark = pytest.mark.django_db


def photo_of(contest, entry: Entry) -> str:
    return f"{path(contest)}photo/{entry.photo.uid}"


def test_what_is_entered_with_a_proved_address_waits_and_is_seen_once_it_is_shown(client):
    contest = opened()
    page = send(client, contest, email="dora@shop.example", caption="Under the <b>pear</b> tree", first_name="Dora")
    assert "One step is left" in said(page) and not Entry.objects.exists()
    thanks = client.post(proof_link())
    entry = Entry.objects.select_related("photo").get()
    assert entry.standing == "waiting" and entry.caption == "Under the <b>pear</b> tree" and entry.shown_as == "Dora"
    own = said(thanks).partition(f'href="{path(contest)}entry/')[2].partition('"')[0]
    own = f"{path(contest)}entry/{own}"
    assert "Your photo has arrived" in said(client.get(own))
    assert "pear" not in said(client.get(path(contest)))
    assert client.get(photo_of(contest, entry)).status_code == 404
    assert client.get(own.partition("?")[0]).status_code == 404
    deciding.decide(contest=contest, entries=[entry.uid], standing="shown", by="Ada", at=clock.now())
    gallery = client.get(path(contest)).content.decode()
    assert "Under the &lt;b&gt;pear&lt;/b&gt; tree" in gallery and "Dora" in gallery
    assert "Everybody can see your photo" in said(client.get(own))
    assert "og:image" in said(client.get(own.partition("?")[0])) and not client.cookies
