"""Alice agreed to offers. It is night, when nothing leaves.

Pytest reads this file before Django knows its settings, so what needs models is imported where it is used."""

import pytest


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> None:
    from engage import speak
    from engage.lib import clock
    from tests.engage.speaking.merging.held import NIGHT, Time

    monkeypatch.setattr(clock, "now", lambda: Time.now)
    monkeypatch.setattr(speak, "_ways_out", lambda ready, shop: {"email"} if Time.live else set())
    Time.now, Time.live = NIGHT, False


@pytest.fixture
def topic(db):
    from crm.business.actions import update_business
    from crm.contacts.models import Topic
    from tests.engage.speaking.merging.held import NIGHT

    update_business(by="test", at=NIGHT, name="Quay Lane", sender_name="Olga", timezone="UTC", weekly_cap=5)
    return Topic.objects.create(key="offers", label="Offers")


@pytest.fixture
def alice(topic):
    from tests import cast
    from tests.engage.speaking.merging.held import permitted

    return permitted(cast.alice(), topic)
