"""Rules of a survey asked of whoever fills it in: of the answers so far, and of what we know of the person."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from crm import rules
from crm.business.queries import business
from crm.contacts.models import Contact
from engage.lib.local_time import zone_of

log = logging.getLogger(__name__)


class _Stranger:
    """Of whom nothing is known."""

    def scalar(self, key: str) -> Any:
        return None

    def rows(self, key: str) -> Sequence[Mapping[str, Any]]:
        return ()


class _Saying:
    """What is known, and what was answered."""

    def __init__(self, known: Any, said: Mapping[str, Any]) -> None:
        self.event = {"properties": said}
        self.scalar, self.rows = known.scalar, known.rows


class Conditions:
    """The rules of one survey for one person, or for somebody unknown. Nothing is asked of the database where they only
    speak of answers; else one query, and one more for each kind of rows that they look at."""

    def __init__(self, written: Iterable[Any], person: Contact | None, at: datetime) -> None:
        self._at = at.astimezone(zone_of(business().timezone))
        self._rules = {_name(one): rule for one in written if (rule := _parsed(one)) is not None}
        self._known: Any = _Stranger()
        of_the_person = [rule for rule in self._rules.values() if rules.fields_used(rule)]
        if person is not None and of_the_person:
            with connection.cursor() as cursor:
                found = rules.fetch_facts(cursor, of_the_person, [person.pk], self._at)
            self._known = found.get(person.pk, self._known)

    def hold(self, written: Any, said: Mapping[str, Any], lost: bool) -> bool:
        """`lost` is what is said of a rule that cannot be read."""
        rule = self._rules.get(_name(written))
        return lost if rule is None else rules.evaluate(rule, _Saying(self._known, said), self._at)


def _parsed(written: Any) -> rules.Rule | None:
    try:
        return rules.parse(written, event_at_hand=True)
    except rules.InvalidRule:
        log.warning("a rule of a survey cannot be read any more")
        return None


def _name(written: Any) -> str:
    return json.dumps(written, sort_keys=True)
