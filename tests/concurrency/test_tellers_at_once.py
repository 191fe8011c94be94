"""Several look at once at what time brought: everybody is told once."""

from threading import Thread

import pytest
from django.db import connections

from campaigns.journeys.models import Moment
from campaigns.journeys.moments import found, telling
from crm.events.models import Inbox
from engage import listen
from engage.lib import clock
from tests.engage.starts import DAY, HOUR, put, says, starts_on

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 40


def test_four_tellers_at_once_tell_everybody_once(monkeypatch):
    for room in (found, telling.away, telling.carts):
        monkeypatch.setattr(room, "SLICE", 3)
    starts_on("Stayed Away", says("event", "Signed In"), says("days", 7))
    starts_on("Cart Left", says("hours", 3))
    for number in range(PEOPLE):
        put("Signed In", at=clock.now() - 7 * DAY + HOUR, who=f"u{number}")
        put("Checkout Started", at=clock.now() - 2 * HOUR, who=f"u{number}")
    while listen.run():
        pass
    moment = clock.now() + 2 * HOUR

    def tell() -> None:
        telling.tell(at=moment)
        connections.close_all()

    tellers = [Thread(target=tell) for _number in range(4)]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()
    telling.tell(at=moment)
    assert Inbox.objects.count() == 2 * PEOPLE
    assert all(row.told == moment for row in Moment.objects.all())
