"""Static files go by a way of their own, and no other page pays for it."""

from pathlib import Path

import pytest
from asgiref.sync import AsyncToSync
from django.http import HttpResponse
from django.test import RequestFactory

from engage.static import static_files


@pytest.fixture
def ask(tmp_path: Path, settings, monkeypatch):
    (tmp_path / "look.css").write_text("body { color: ink }")
    settings.STATIC_ROOT = str(tmp_path)
    loops = []
    monkeypatch.setattr(AsyncToSync, "__call__", _counted(AsyncToSync.__call__, loops))
    answer = static_files(lambda _request: HttpResponse("a page"))
    return lambda path: (answer(RequestFactory().get(path)), loops)


def _counted(call, loops: list):
    def counted(self, *args, **kwargs):
        loops.append(self)
        return call(self, *args, **kwargs)

    return counted


def test_a_file_is_served_and_what_is_none_is_a_page(ask) -> None:
    file, _loops = ask("/static/look.css")
    assert b"".join(file) == b"body { color: ink }" and file["Content-Type"].startswith("text/css")
    missing, _loops = ask("/static/gone.css")
    assert missing.content == b"a page"


def test_a_page_starts_no_event_loop(ask) -> None:
    page, loops = ask("/healthz")
    assert page.content == b"a page" and loops == []
