"""Pictures that come from anywhere and are shown everywhere: what is taken, what becomes of it, what is refused."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from campaigns.designs import keeping, pictures
from campaigns.designs.models import Picture
from tests.cast import NOON


def file(format="JPEG", size=(40, 30), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "#1F6F5C" if mode != "RGBA" else (31, 111, 92, 128)).save(out, format, **options)
    return out.getvalue()


def opened(made):
    return Image.open(io.BytesIO(made.data))


def bomb(width, height):
    """A PNG that says it is that large and holds next to nothing."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("format", "mode", "kind"),
    [("JPEG", "RGB", "jpg"), ("JPEG", "CMYK", "jpg"), ("JPEG", "L", "jpg"), ("PNG", "RGB", "png"),
     ("PNG", "RGBA", "png"), ("WEBP", "RGB", "jpg"), ("WEBP", "RGBA", "png"), ("GIF", "P", "png")],
)  # fmt: skip
def test_each_format_becomes_one_that_mail_programs_show(format, mode, kind):
    made = pictures.make_anew(file(format, mode=mode))
    assert made.name.endswith(f"-40x30.{kind}")
    assert opened(made).format == {"jpg": "JPEG", "png": "PNG"}[kind]


def test_what_is_wide_is_made_narrower_and_keeps_its_shape():
    made = pictures.make_anew(file(size=(3000, 1500)))
    assert (made.width, made.height) == opened(made).size == (1200, 600)


def test_a_photograph_is_turned_upright_and_says_nothing_of_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "at home, 1 Quay Lane"
    made = pictures.make_anew(file(size=(40, 30), exif=exif))
    assert (made.width, made.height) == (30, 40)
    assert not opened(made).getexif()
    assert b"Quay Lane" not in made.data


def test_comments_profiles_and_what_hangs_behind_the_end_are_gone():
    hidden = b"<script>alert(1)</script>"
    for original in (file(comment=hidden), file(icc_profile=hidden), file() + hidden, file("PNG") + hidden):
        assert b"script" not in pictures.make_anew(original).data


def test_a_moving_picture_moves_on_if_it_is_small():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    made = pictures.make_anew(out.getvalue())
    assert made.name.endswith(".gif")
    assert opened(made).n_frames == 3


def test_a_moving_picture_that_stays_large_stands_still(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST_MOVING", 10)
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert pictures.make_anew(out.getvalue()).name.endswith(".png")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        bomb(100_000, 100_000),
        bomb(9000, 9000),
        bomb(4000, 4000),
        file()[:-200],
        b"BM" + b"\0" * 100,
        b"%PDF-1.7",
    ],
)
def test_what_is_no_picture_or_a_bomb_is_refused_in_words(content):
    with pytest.raises(pictures.NotAPicture, match=r"\w+ .*\."):
        pictures.make_anew(content)


def test_a_file_that_is_too_large_is_not_even_opened(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST", 100)
    with pytest.raises(pictures.NotAPicture, match="larger"):
        pictures.make_anew(file())


@given(st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]), st.data())
def test_whatever_is_broken_is_refused_or_made_anew(format, data):
    content = bytearray(file(format))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[at] = data.draw(st.integers(0, 255))
    try:
        made = pictures.make_anew(bytes(content[: data.draw(st.integers(0, len(content)))]))
    except pictures.NotAPicture:
        return
    assert pictures.is_kept(made.name)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.mark.django_db
def test_the_same_picture_is_kept_once(media):
    one = keeping.keep_picture(file=file(), title="a.jpg", by="Max", at=NOON)
    assert keeping.keep_picture(file=file(), title="b.jpg", by="Olga", at=NOON) == one
    assert [path.name for path in Path(media).iterdir()] == [one.name]
    assert Picture.objects.get().title == "a.jpg"


@pytest.mark.django_db
def test_a_picture_is_served_to_everybody_for_ever_and_as_nothing_else(media):
    kept = keeping.keep_picture(file=file(), title="a.jpg", by="Max", at=NOON)
    answer = Client().get(f"/media/{kept.name}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert not answer.cookies
    assert b"".join(answer.streaming_content) == (media / kept.name).read_bytes()


@pytest.mark.parametrize(
    "name", ["..%2fsecret_key", "x.svg", "index.html", f"{'a' * 40}-1x1.jpg", f"{'a' * 40}-1x1.svg", "%00"]
)
def test_nothing_else_is_served(client, media, name):
    media.mkdir()
    (media / "x.svg").write_text("<svg/>")
    (media / "index.html").write_text("<p>")
    (media / f"{'a' * 40}-1x1.svg").write_text("<svg/>")
    assert client.get(f"/media/{name}").status_code == 404
