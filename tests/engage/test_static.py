"""Static files go by a way of their own, and no other page pays for it."""

import asyncio
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from engage.static import static_files


@pytest.fixture
def answer(tmp_path: Path, settings):
    (tmp_path / "look.css").write_text("body { color: ink }")
    settings.STATIC_ROOT = str(tmp_path)
    return static_files(lambda _request: HttpResponse("a page"))


@pytest.fixture
def loops(monkeypatch) -> list[object]:
    """Each event loop that is begun."""
    begun: list[object] = []

    def begin():
        begun.append(loop := asyncio.SelectorEventLoop())
        return loop

    for module in (asyncio, asyncio.events):
        monkeypatch.setattr(module, "new_event_loop", begin)
    return begun


def test_a_file_is_served_and_what_is_none_is_a_page(answer, loops) -> None:
    file = answer(RequestFactory().get("/static/look.css"))
    assert b"".join(file) == b"body { color: ink }" and file["Content-Type"].startswith("text/css")
    assert answer(RequestFactory().get("/static/gone.css")).content == b"a page"
    assert loops, "or the next test says nothing"


def test_a_page_begins_no_event_loop(answer, loops) -> None:
    assert answer(RequestFactory().get("/healthz")).content == b"a page" and loops == []
