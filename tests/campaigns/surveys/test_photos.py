"""Photos in answers: known by what they are, made anew, and gone with their answer."""

import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from campaigns.surveys.models import Photo, Response, Survey
from crm.contacts.actions import erase
from engage.lib import clock
from tests import cast
from tests.campaigns.surveys.pages import hidden
from tests.campaigns.surveys.questions import STARS, published, tap
from tests.campaigns.surveys.walking import begins, go, says

pytestmark = pytest.mark.django_db

PAGE = "/s/coffee/"
PHOTO = {"id": "photo", "type": "photo", "text": "Show us your cup."}


def jpeg(size=(60, 40), *, turned: int = 1) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = turned
    exif[0x8825] = {1: "N", 2: (51.0, 30.0, 0.0)}
    Image.new("RGB", size, "brown").save(out, "JPEG", exif=exif)
    return out.getvalue()


def sent(client, page, data: bytes | None, *, name: str = "cup.jpg", do: str = "next", **answers):
    said = {"form": hidden(page.content.decode()), "do": do, **{f"q-{id}": value for id, value in answers.items()}}
    file = {"q-photo": SimpleUploadedFile(name, data, "image/jpeg")} if data is not None else {}
    return client.post(PAGE, said | file)


def test_a_photo_is_made_anew_upright_and_without_its_place(client, message):
    published(PHOTO)
    assert sent(client, client.get(tap(message, no="")), jpeg(turned=6)).status_code == 200
    photo, answers = Photo.objects.get(), Response.objects.get().answers
    assert answers["photo"]["value"] == str(photo.uid) and photo.kind == "jpeg"
    with Image.open(io.BytesIO(photo.data)) as image:
        assert image.size == (40, 60) and not image.getexif()


def bomb() -> bytes:
    """A picture that says it is 30,000 by 30,000."""
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


HOSTILE = {
    "words": b"I am no picture",
    "HTML": b"<html><script>alert(1)</script></html>",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "the first half of a picture": jpeg((400, 400))[:300],
    "nothing but a beginning": b"\xff\xd8\xff",
    "a bomb": bomb(),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_photo_is_refused_soon_and_kept_nowhere(client, data):
    published(PHOTO)
    began = time.process_time()
    page = sent(client, client.get(PAGE), data)
    assert page.status_code == 400 and says(page, "no photo that we can read") and time.process_time() - began < 5
    assert not Photo.objects.exists() and not Response.objects.exists()


def test_script_behind_the_end_of_a_picture_is_not_kept(client):
    published(PHOTO)
    sent(client, client.get(PAGE), jpeg() + b"<script>alert(1)</script>", name="x.html")
    assert b"script" not in bytes(Photo.objects.get().data)


def test_what_is_too_large_is_refused_before_it_is_read(client):
    published(PHOTO)
    page = sent(client, client.get(PAGE), b"x" * (15 * 1024**2 + 300_000))
    assert page.status_code == 413 and not Response.objects.exists()


def test_a_survey_that_asks_for_no_photo_takes_no_file(client):
    published(STARS)
    page = sent(client, client.get(PAGE), jpeg(), taste=5)
    assert page.status_code == 200 and not Photo.objects.exists()


def test_a_photo_that_must_be_sent_is_asked_for(client):
    published({**PHOTO, "required": True}, STARS)
    assert says(sent(client, client.get(PAGE), None, taste=5), "Please answer this one.")


def test_a_photo_stays_on_the_way_back_until_another_takes_its_place(client):
    published({**PHOTO, "required": True}, begins("order"), STARS)
    first = go(client, sent(client, client.get(PAGE), jpeg()), do="back")
    assert says(first, "Your photo is kept.")
    second = sent(client, first, None)
    kept = Photo.objects.get()
    second = sent(client, go(client, second, do="back"), jpeg((30, 30)))
    assert Photo.objects.get() != kept
    go(client, second, taste=5)
    assert Response.objects.get().answers["photo"]["value"] == str(Photo.objects.get().uid)


def test_photos_go_with_whom_they_were_from(client, message, alice):
    published(PHOTO)
    sent(client, client.get(tap(message, no="")), jpeg())
    erase(contact=alice, by="Olga", at=clock.now())
    assert not Photo.objects.exists() and not Response.objects.exists()


def test_staff_see_the_photo_of_what_was_sent_and_nobody_else_does(client, message):
    published(PHOTO, begins("order"), STARS)
    second = sent(client, client.get(tap(message, no="")), jpeg())
    url = reverse("survey_photo", args=[Photo.objects.get().uid])
    assert client.get(url).status_code == 302
    client.force_login(cast.max_())
    assert client.get(url).status_code == 404
    go(client, second, taste=5)
    seen = client.get(url)
    assert seen["Content-Type"] == "image/jpeg" and "sandbox" in seen["Content-Security-Policy"]
    survey = Survey.objects.get()
    assert url in client.get(reverse("survey", args=[survey.uid])).content.decode()
    client.force_login(cast.ada())  # whoever answers a customer sees what the customer showed
    assert client.get(url).status_code == 200
