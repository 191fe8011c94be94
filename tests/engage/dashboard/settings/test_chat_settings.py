"""Owners switch the chat on, name the sites that may show it, and make the secret that is shown once."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from crm.business.models import Business, Changed, Key
from crm.dialogue.models import ChatSecret
from engage.dashboard.settings.chat_forms import origin
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    client.force_login(cast.olga())
    return client


@pytest.mark.parametrize("who", [cast.ada, cast.max_])
@pytest.mark.parametrize("name", ["settings_chat", "new_chat_secret", "preview_chat"])
def test_nobody_else_sees_or_changes_it(client, who, name):
    client.force_login(who())
    assert client.get(reverse(name)).status_code in {403, 405}
    assert client.post(reverse(name)).status_code in {403, 405}
    assert not ChatSecret.objects.exists()


def test_switched_on_it_has_a_key_and_a_line_to_paste(owner):
    given = {"chat_on": "on", "chat_sites": "Shop.example\nhttps://www.shop.example/tea?x=1\n\nshop.example"}
    assert owner.post(reverse("settings_chat"), given).status_code == 302
    shop = Business.objects.get()
    assert (shop.chat_on, shop.chat_sites) == (True, ["https://shop.example", "https://www.shop.example"])
    page = owner.get(reverse("settings_chat")).content.decode()
    assert f"/w/chat/{Key.objects.get(kind='site').public}.js" in page and "/talk" in page
    assert "frame-src" in page
    assert {"chat_on", "chat_sites"} <= set(Changed.objects.values_list("what", flat=True))
    changes = owner.get(reverse("settings_changes")).content.decode()
    assert "Visitors can write to us from our site" in changes


def test_the_preview_draws_the_button_only_while_it_is_on(owner):
    assert "The chat is switched off" in owner.get(reverse("preview_chat")).content.decode()
    owner.post(reverse("settings_chat"), {"chat_on": "on", "chat_sites": ""})
    assert "/w/chat/site_" in owner.get(reverse("preview_chat")).content.decode()
    assert "No site may show it yet" in owner.get(reverse("settings_chat")).content.decode()


def test_the_secret_is_shown_once_and_kept_sealed(owner):
    shown = owner.post(reverse("new_chat_secret"))
    assert shown["Cache-Control"] == "no-store"
    secret = bytes(ChatSecret.objects.get().secret).decode()
    assert secret.startswith("chat_") and secret in shown.content.decode()
    assert secret not in owner.get(reverse("settings_chat")).content.decode()
    owner.post(reverse("new_chat_secret"))
    assert bytes(ChatSecret.objects.get().secret).decode() != secret
    assert not Changed.objects.filter(after__contains="chat_").exists()
    assert secret not in owner.get("/admin/crm_dialogue/chatsecret/").content.decode()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shop.example", "https://shop.example"),
        ("http://localhost:8080/x", "http://localhost:8080"),
        ("HTTPS://Shop.Example:443/", "https://shop.example"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
        ("http://shop.example:80", "http://shop.example"),
    ],
)
def test_what_is_typed_as_a_site_is_its_origin(typed, meant):
    assert origin(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("*", "https://*.shop.example", "javascript:alert(1)", "ftp://shop.example", "https://", "shop .example"),
        *("https://user:secret@shop.example", "shop.example;script-src *", "'self'", "https://shop.example:99999"),
        *("-shop.example", "x" * 300 + ".example", "https://[::1", "shop..example", "shop.example\x00"),
    ],
)
def test_what_is_no_site_is_refused_and_stays_in_the_form(owner, typed):
    with pytest.raises(ValidationError):
        origin(typed)
    answer = owner.post(reverse("settings_chat"), {"chat_on": "on", "chat_sites": f"shop.example\n{typed}"})
    assert answer.status_code == 400 and Business.objects.get().chat_sites == []


def test_there_is_an_end_to_the_list(owner):
    many = "\n".join(f"s{number}.example" for number in range(21))
    assert owner.post(reverse("settings_chat"), {"chat_on": "on", "chat_sites": many}).status_code == 400
