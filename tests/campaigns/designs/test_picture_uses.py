"""What shows a picture is known before it goes; it can be had back for thirty days, and then leaves the disk."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.designs import keeping, pictures, using
from campaigns.designs.actions import create_design, edit_design, freeze
from campaigns.designs.models import Picture
from campaigns.designs.queries import pictures as to_choose
from crm.dialogue.models import Content
from tests import cast
from tests.campaigns.designs.documents import designed, letter
from tests.campaigns.designs.test_pictures import file
from tests.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def picture(width: int = 40) -> Picture:
    return keeping.keep_picture(file=file(size=(width, 30)), title=f"Quay {width}", by="Max", at=NOON)


def block(name: str) -> dict[str, str]:
    return {"type": "picture", "picture": name, "alt": "The quay", "url": "", "width": "full"}


def shown_by(name: str) -> using.Uses:
    return using.uses([name])[name]


def test_designs_blocks_the_logo_earlier_versions_and_what_was_sent_show_a_picture() -> None:
    one = picture()
    assert not shown_by(one.name)
    text = {"type": "text", "text": "Come and see.", "align": "left"}
    contents = {"en": designed(text, block(one.name)), "es": letter_of_nothing()}
    quay = create_design(kind="designed", name="Quay", language="en", contents=contents, by="Max", at=NOON)
    keeping.keep_block(name="The quay", block=block(one.name) | {"id": "b9"}, by="Max", at=NOON)
    keeping.change_style(logo=one.name, by="Max", at=NOON)
    found = shown_by(one.name)
    assert (found.designs, found.blocks, found.logo) == ([(quay.uid, "Quay")], ["The quay"], True)
    assert not found.sent and not found.former
    keeping.change_style(logo="", by="Max", at=NOON)
    edit_design(quay, contents={"en": designed(text)}, by="Max", at=NOON)
    found = shown_by(one.name)
    assert (found.designs, found.logo, found.former) == ([], False, True)


def letter_of_nothing() -> dict[str, object]:
    return designed({"type": "text", "text": "Ven.", "align": "left"})


def test_what_was_frozen_for_sending_shows_it_whatever_becomes_of_the_design() -> None:
    one = picture()
    said = letter(picture=one.name, alt="The quay")
    freeze(create_design(kind="letter", name="Quay", language="en", contents={"en": said}, by="Max", at=NOON))
    assert Content.objects.count() == 1
    assert shown_by(one.name).sent


def test_unused_ones_are_those_that_nothing_shows() -> None:
    first, second, third = picture(), picture(50), picture(60)
    create_design(
        kind="letter", name="Quay", language="en", contents={"en": letter(picture=first.name)}, by="M", at=NOON
    )
    assert using.unused() == [third, second]
    keeping.drop_pictures([third.name], at=NOON)
    assert using.unused() == [second]


def test_a_dropped_picture_stays_for_thirty_days_and_then_leaves_the_disk() -> None:
    one, other = picture(), picture(50)
    assert keeping.drop_pictures([one.name, other.name], at=NOON) == 2
    assert list(to_choose()) == []
    assert keeping.take_back_pictures(dropped=NOON, name=other.name) == 1
    assert keeping.clear_pictures(at=NOON + timedelta(days=29)) == 0 and pictures.path_of(one.name)
    assert keeping.clear_pictures(at=NOON + timedelta(days=30)) == 1
    assert pictures.path_of(one.name) is None and pictures.path_of(other.name)
    assert list(to_choose()) == [other]
    assert keeping.clear_pictures(at=NOON + timedelta(days=30)) == 0


def test_a_picture_that_is_brought_in_again_is_there_again() -> None:
    one = picture()
    keeping.drop_pictures([one.name], at=NOON)
    assert picture() == one and list(to_choose()) == [one]


def test_a_file_that_is_gone_already_hinders_nothing() -> None:
    one = picture()
    pictures.delete(one.name)
    keeping.drop_pictures([one.name], at=NOON)
    assert keeping.clear_pictures(at=NOON + timedelta(days=31)) == 1


@pytest.fixture
def max_(client: Client) -> Client:
    client.force_login(cast.max_())
    return client


def test_one_that_nothing_shows_goes_at_once_and_undo_has_it_back(max_: Client) -> None:
    one = picture()
    assert "Nothing shows it." in max_.get(reverse("kept_pictures")).content.decode()
    gone = max_.post(reverse("drop_picture", args=[one.name]), follow=True).content.decode()
    assert "1 picture deleted." in gone and "No pictures yet." in gone
    dropped = Picture.objects.get().dropped
    undo = f"{reverse('take_back_pictures')}?dropped="
    assert undo in gone.replace("%3A", ":")
    max_.post(reverse("take_back_pictures"), QUERY_STRING=f"dropped={dropped.isoformat().replace('+', '%2B')}")
    assert list(to_choose()) == [one]


def test_one_that_a_design_shows_goes_only_by_a_second_press_that_says_where(max_: Client) -> None:
    one = picture()
    contents = {"en": letter(picture=one.name)}
    create_design(kind="letter", name="Quay", language="en", contents=contents, by="Max", at=NOON)
    asked = max_.post(reverse("drop_picture", args=[one.name])).content.decode()
    assert "Quay" in asked and "30 days" in asked and list(to_choose()) == [one]
    max_.post(reverse("drop_picture", args=[one.name]), {"sure": "1"})
    assert list(to_choose()) == []


def test_unused_ones_are_looked_at_and_cleared_together(max_: Client) -> None:
    picture(), picture(50)
    assert "2 pictures" in max_.get(reverse("drop_unused_pictures")).content.decode()
    max_.post(reverse("drop_unused_pictures"))
    assert list(to_choose()) == []
    assert "Each of your pictures" in max_.get(reverse("drop_unused_pictures")).content.decode()


def test_nonsense_is_not_found_and_agents_are_refused(client: Client, max_: Client) -> None:
    assert max_.get(reverse("drop_picture", args=["x.jpg"])).status_code == 404
    for odd in ("", "x", "2026-05-04T10:00:00"):
        assert max_.post(f"{reverse('take_back_pictures')}?dropped={odd}").status_code == 404
    one = picture()
    client.force_login(cast.ada())
    for name, args in (("kept_pictures", []), ("drop_unused_pictures", []), ("drop_picture", [one.name])):
        assert client.get(reverse(name, args=args)).status_code == 403
    assert client.post(reverse("take_back_pictures")).status_code == 403
    assert list(to_choose()) == [one]


@pytest.mark.parametrize("count", [1, 12])
def test_what_shows_pictures_costs_the_same_for_one_and_for_many(count: int, django_assert_num_queries) -> None:
    names = [picture(40 + number).name for number in range(count)]
    using.uses(names)
    with django_assert_num_queries(5):
        using.uses(names)
