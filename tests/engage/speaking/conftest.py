"""The speaking belt at ten in the morning; Alice agreed to the news.

Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

from datetime import timedelta

import pytest


@pytest.fixture(autouse=True)
def belt(monkeypatch: pytest.MonkeyPatch):
    """The queue itself runs on the database's clock, by which what waits is due: the belt looks at it for as long as it
    may."""
    from crm.business import queries
    from engage.lib import belts

    queries.forget_cached()
    monkeypatch.setattr(belts, "DRAIN_SECONDS", 0.5)
    monkeypatch.setattr(queries, "_LIFETIME", 3600)  # or a slow test would read it once more
    yield
    queries.forget_cached()


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of quiet hours."""
    from engage.lib import clock
    from tests.engage.speaking.messages import MORNING

    monkeypatch.setattr(clock, "now", lambda: MORNING)


@pytest.fixture
def news(db):
    from crm.contacts.models import Topic

    return Topic.objects.create(key="news", label="News")


@pytest.fixture
def alice(news):
    from crm.contacts.actions import record_consent
    from tests import cast
    from tests.engage.speaking.messages import MORNING

    person = cast.alice()
    record_consent(contact=person, topic=news, state="granted", how="double_opt_in", at=MORNING - timedelta(days=9))
    return person


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Variables of a message with which our program fails as it writes it."""
    from engage import speak

    def explode(messages, **given):
        if any("poison" in message.variables for message in messages):
            raise TypeError("no good")
        return render(messages, **given)

    render = speak.render
    monkeypatch.setattr(speak, "render", explode)
    return {"poison": True}
