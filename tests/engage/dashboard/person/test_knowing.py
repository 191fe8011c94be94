"""Staff add or correct what we know, in the field that the key's type asks for; what it replaces stays readable."""

import pytest
from django.urls import reverse

from crm.contacts.models import Contact
from crm.preferences.actions import Statement, remember
from crm.preferences.models import Preference, PreferenceKey
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db
Type = PreferenceKey.Type


def key(name: str, type: str, **fields: object) -> PreferenceKey:
    return PreferenceKey.objects.create(key=name, label=name.capitalize(), type=type, **fields)


def knows(person: Contact, name: str, value: str, kind: str = "stated", **fields: object) -> None:
    said = {"source_kind": "survey", "at": clock.now(), **fields}
    remember([Statement(person.pk, person.pk, name, value, kind, **said)], at=clock.now())


def keep(client, person: Contact, about: str, value: object, **said: object):
    url = f"{reverse('know_person', args=[person.uid])}?key={about}"
    return client.post(url, {"value": value, "how": "stated", "words": "", **said})


def active(person: Contact) -> dict[str, str]:
    return dict(person.preferences.filter(state="active").values_list("key__key", "value"))


@pytest.mark.parametrize(
    ("type", "fields", "said", "kept"),
    [
        (Type.TEXT, {}, "oat", "oat"),
        (Type.NUMBER, {}, "12.5", 12.5),
        (Type.DATE, {}, "2026-05-31", "2026-05-31"),
        (Type.CHOICE, {"choices": ["light", "dark"]}, "dark", "dark"),
        (Type.BOOLEAN, {}, "no", False),
        (Type.LIST, {}, "V60, moka ,, press", ["V60", "moka", "press"]),
    ],
)
def test_each_type_is_asked_for_in_its_own_field_and_kept_as_it(client, ada, alice, type, fields, said, kept) -> None:
    key("thing", type, **fields)
    assert keep(client, alice, "thing", said).status_code == 302
    one = Preference.objects.get()
    assert (one.kind, one.source_kind, one.by, one.state) == ("stated", "staff", "Ada", "active")
    assert Contact.objects.get(pk=alice.pk).attributes == {"thing": kept}


@pytest.mark.parametrize(
    ("type", "fields", "said"),
    [
        (Type.TEXT, {}, " "),
        (Type.TEXT, {}, "x" * 501),
        (Type.NUMBER, {}, "many"),
        (Type.DATE, {}, "31 May"),
        (Type.CHOICE, {"choices": ["light", "dark"]}, "burnt"),
        (Type.BOOLEAN, {}, "maybe"),
        (Type.LIST, {}, " , ,"),
        (Type.TEXT, {}, "nul\x00"),
    ],
)
def test_what_does_not_fit_is_given_back_with_its_reason(client, ada, alice, type, fields, said) -> None:
    key("thing", type, **fields)
    answer = keep(client, alice, "thing", said)
    assert answer.status_code == 400 and "errorlist" in answer.content.decode()
    assert not Preference.objects.exists()


def test_a_correction_supersedes_and_undo_gives_back_what_held_before(client, ada, alice) -> None:
    key("milk", Type.TEXT)
    knows(alice, "milk", "oat")
    page = client.get(f"{reverse('know_person', args=[alice.uid])}?key=milk").content.decode()
    assert 'value="oat"' in page
    keep(client, alice, "milk", "soy", words="Soy for me, these days.")
    assert active(alice) == {"milk": "soy"}
    shown = client.get(reverse("person", args=[alice.uid])).content.decode()
    assert "Written down by Ada" in shown and "Soy for me, these days." in shown
    new = Preference.objects.get(value="soy")
    undo = reverse("take_back_memory", args=[new.uid])
    assert f'action="{undo}"' in shown
    client.post(undo)
    assert active(alice) == {"milk": "oat"}


def test_what_we_noticed_does_not_stand_above_what_they_told_us_and_it_says_so(client, ada, alice) -> None:
    key("milk", Type.TEXT)
    knows(alice, "milk", "oat")
    answer = keep(client, alice, "milk", "soy", how="observed")
    assert active(alice) == {"milk": "oat"}
    assert "what they told us counts more" in client.get(answer.url).content.decode()


def test_something_new_is_made_on_the_spot_with_its_type(client, ada, alice) -> None:
    keep(client, alice, "new", "yes", label="Has a dog", type="boolean")
    made = PreferenceKey.objects.get()
    assert (made.key, made.label, made.type, made.citable) == ("has_a_dog", "Has a dog", "boolean", False)
    assert active(alice) == {"has_a_dog": "yes"}
    again = keep(client, alice, "new", "no", label="Has a dog", type="boolean")
    assert again.status_code == 400 and "one of this name already" in again.content.decode()
    wrong = keep(client, alice, "new", "perhaps", label="Has a cat", type="boolean")
    assert wrong.status_code == 400 and PreferenceKey.objects.count() == 1


def test_what_a_role_may_not_see_it_can_neither_write_correct_nor_take_back(client, ada, alice) -> None:
    key("income", Type.TEXT, seen_by="owners")
    knows(alice, "income", "plenty")
    hidden = Preference.objects.get()
    page = client.get(reverse("know_person", args=[alice.uid])).content.decode()
    assert "Income" not in page
    assert keep(client, alice, "income", "little").status_code == 404
    for name in ("take_back_memory", "forget_memory", "mute_memory", "unmute_memory"):
        assert client.post(reverse(name, args=[hidden.uid])).status_code == 404
    client.force_login(cast.olga())
    assert keep(client, alice, "income", "little").status_code == 302
    assert active(alice) == {"income": "little"}


def test_only_whoever_wrote_it_takes_it_back_and_only_by_pressing(client, ada, alice) -> None:
    key("milk", Type.TEXT)
    keep(client, alice, "milk", "soy")
    undo = reverse("take_back_memory", args=[Preference.objects.get().uid])
    assert client.get(undo).status_code == 405
    client.force_login(cast.max_())
    assert client.post(undo).status_code == 404
    assert active(alice) == {"milk": "soy"}


@pytest.mark.parametrize("about", ["nothing", "\x00", "x" * 5000, "' OR 1=1"])
def test_a_key_that_does_not_exist_is_a_page_that_does_not(client, ada, alice, about) -> None:
    assert client.get(reverse("know_person", args=[alice.uid]), {"key": about}).status_code == 404
    assert client.get(reverse("know_person", args=[alice.uid])).status_code == 200


def test_choosing_what_it_is_about_brings_only_the_fields(client, ada, alice) -> None:
    key("born", Type.DATE)
    url = reverse("know_person", args=[alice.uid])
    part = client.get(url, {"key": "born"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and 'type="date"' in part and "csrfmiddlewaretoken" in part
