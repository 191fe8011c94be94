"""An upload is bounded before it is kept, streamed to the disk, and nothing of it lies around afterwards."""

import gzip
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from crm.contacts.imports import encoding, files
from crm.contacts.models import Import
from engage.lib import clock
from tests import cast

pytestmark = pytest.mark.django_db
MB = 1024**2


@pytest.fixture
def olga(client: Client) -> Client:
    client.force_login(cast.olga())
    return client


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """One MB at most."""
    monkeypatch.setattr(files, "LARGEST", MB)
    monkeypatch.setattr(encoding, "LARGEST", MB)


@pytest.fixture(autouse=True)
def nothing_lies_around(small: None):
    before = set(files.folder().glob("*"))
    yield
    kept = {files.folder() / path.rpartition("/")[2] for path in Import.objects.values_list("path", flat=True)}
    assert set(files.folder().glob("*")) - before - kept == set()


def upload(client: Client, data: bytes, **headers: str):
    return client.post(reverse("import_people"), {"file": SimpleUploadedFile("list.csv", data)}, **headers)


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, *_size: int | None) -> bytes:
        raise AssertionError("it was read")


def test_what_is_too_large_is_refused_before_it_is_read_with_a_page_that_says_so(olga: Client) -> None:
    answer = olga.generic(
        "POST", reverse("import_people"), b"", "multipart/form-data; boundary=b",
        **{"CONTENT_LENGTH": str(50 * MB), "wsgi.input": Unread()},
    )  # fmt: skip
    assert answer.status_code == 413
    page = answer.content.decode()
    assert "larger than 1 MB. Nothing was kept. Bring it in parts." in page
    assert 'id="file-error"' in page


def test_a_file_just_over_the_bound_is_refused_beside_its_field(olga: Client) -> None:
    answer = upload(olga, b"email\n" + b"x" * MB)
    assert answer.status_code == 413
    assert "Bring it in parts" in answer.content.decode()
    assert not Import.objects.exists()


def test_a_file_just_under_the_bound_is_taken(olga: Client) -> None:
    assert upload(olga, b"email\n" + b"a@shop.example\n" * 60_000).status_code == 302
    assert Import.objects.get().header == ["email"]


def test_what_unpacks_to_more_is_refused(olga: Client) -> None:
    data = gzip.compress(b"email\n" + b"a@shop.example\n" * 600_000)
    assert len(data) < MB // 10
    answer = upload(olga, data)
    assert answer.status_code == 400
    assert "unpacks to more than 1 MB" in answer.content.decode()
    assert not Import.objects.exists()


def test_an_upload_that_breaks_off_leaves_nothing(olga: Client) -> None:
    class Broken(io.BytesIO):
        def read(self, *size: int | None) -> bytes:
            piece = super().read(*size)
            if not piece:
                raise OSError("the other side is gone")
            return piece

    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n'
    body = head + b"email\n" + b"a@shop.example\n" * 30_000
    answer = olga.generic(
        "POST", reverse("import_people"), b"", "multipart/form-data; boundary=b",
        **{"CONTENT_LENGTH": str(len(body) + 1_000), "wsgi.input": Broken(body)},
    )  # fmt: skip
    assert answer.status_code == 400
    assert not Import.objects.exists()


def test_the_form_needs_its_token(olga: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = olga.cookies
    assert upload(strict, b"email\na@shop.example\n").status_code == 403
    assert not Import.objects.exists()


def test_agents_and_strangers_upload_nothing(client: Client) -> None:
    assert upload(client, b"email\na@shop.example\n").status_code == 302
    client.force_login(cast.ada())
    assert upload(client, b"email\na@shop.example\n").status_code == 403
    assert not Import.objects.exists()
    job = Import.objects.create(name="x", digest="", by="x", at=clock.now())
    assert client.post(reverse("import_encoding", args=[job.uid]), {"encoding": "utf-8"}).status_code == 403


def test_no_other_page_takes_a_file(rf: RequestFactory) -> None:
    request = rf.post("/login", {"file": SimpleUploadedFile("x.bin", b"x" * 5 * MB), "email": "olga@shop.example"})
    assert request.POST["email"] == "olga@shop.example"
    assert not request.FILES


def test_letters_that_look_wrong_are_read_anew(olga: Client) -> None:
    upload(olga, "email,name,город\nolga@shop.example,Ольга,Москва\n".encode("cp1251"))
    job = Import.objects.get()
    assert "Ольга" not in olga.get(reverse("import_columns", args=[job.uid])).content.decode()
    again = olga.post(reverse("import_encoding", args=[job.uid]), {"encoding": "cp1251"}, follow=True)
    page = again.content.decode()
    assert "Ольга" in page and "город" in page
    job.refresh_from_db()
    assert (job.encoding, job.columns) == ("cp1251", ["email", "name", "=город"])


@pytest.mark.parametrize("said", ["", "klingon", "utf-7", "rot13", "\0"])
def test_what_is_no_encoding_of_ours_is_said_on_the_page(olga: Client, said: str) -> None:
    upload(olga, b"email,name\na@shop.example,Ann\n")
    job = Import.objects.get()
    answer = olga.post(reverse("import_encoding", args=[job.uid]), {"encoding": said})
    assert answer.status_code == 400
    assert "Choose how the letters are to be read" in answer.content.decode()


def test_a_file_that_reads_as_nothing_in_that_encoding_stays_as_it_was(olga: Client) -> None:
    upload(olga, b"email,name\na@shop.example,Ann\n")
    job = Import.objects.get()
    answer = olga.post(reverse("import_encoding", args=[job.uid]), {"encoding": "utf-16"})
    assert answer.status_code in (302, 400)
    olga.post(reverse("import_encoding", args=[job.uid]), {"encoding": "utf-8"})
    job.refresh_from_db()
    assert job.header == ["email", "name"]
