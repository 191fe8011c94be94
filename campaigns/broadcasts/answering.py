"""The one-off message that tells people what we did about what they said."""

from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.broadcasts.actions import create_broadcast
from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.wording import plain_design
from campaigns.designs.parse import LETTER_KIND
from campaigns.surveys.models import Deed
from campaigns.surveys.results.deeds import key_of, rule_of
from crm.business.queries import business
from crm.contacts.models import Topic


def tell_of(deed: Deed, *, topic: Topic, by: str, at: datetime) -> Broadcast:
    """A draft to everybody who can be quoted, each once, with their own words in it. Raises parse.InvalidContents."""
    with transaction.atomic(), override(business().language):
        design = plain_design(
            subject=_subject(), body=_body(deed), kind=LETTER_KIND, name=deed.words[:120], by=by, at=at
        )
        draft = create_broadcast(name=deed.words[:120], designs=[design], topic=topic, rule=rule_of(deed), by=by, at=at)
        deed.broadcast = draft.uid
        deed.save(update_fields=["broadcast"])
        return draft


def _subject() -> str:
    return _("You told us, and we did something about it")


def _body(deed: Deed) -> str:
    said = _("You said: “{{ value }}”")
    done = _("Since %(day)s %(words)s") % {"day": date_format(deed.since, "MONTH_DAY_FORMAT"), "words": deed.words}
    return f"{{% recall {key_of(deed)} %}}{said}\n\n{{% endrecall %}}{done}\n\n" + _("Thank you for telling us.")
