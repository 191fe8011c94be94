"""What preferences tell the rooms below; `crm.contacts` imports every app's registrations once all is ready."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from crm.contacts import erasing, merging, traits
from crm.contacts.imports import undoing
from crm.preferences.actions import settle_contacts
from crm.preferences.models import Preference, PreferenceKey
from crm.preferences.recall import FRESH_UNTIL as FRESH_UNTIL_SQL
from crm.preferences.traits import remember_traits
from crm.rules import Bag, Field, Kind, Rows, registry
from engage.lib import clock

ACTIVE = f"""(SELECT p.*, k.key AS about, k.topic, {FRESH_UNTIL_SQL} AS fresh_until
    FROM crm_preferences_preference p JOIN crm_preferences_preferencekey k ON k.id = p.key_id
    WHERE p.state = 'active' AND k.selects{{only}})"""  # noqa: S608 ours
KINDS = (
    (Preference.Kind.STATED.value, _("told us")),
    (Preference.Kind.OBSERVED.value, _("noticed")),
    (Preference.Kind.INFERRED.value, _("guessed")),
)


def _settle(contacts: Sequence[int]) -> None:
    settle_contacts(contacts, at=clock.now())


merging.register("crm_preferences_preference", after=_settle)
traits.connect(remember_traits)


def _keys() -> Iterable[str]:
    """By label, so that the page lists what people know first. One query."""
    return PreferenceKey.objects.filter(selects=True).order_by("label").values_list("key", flat=True)


ABOUT = Field("about", _("memory"), Kind.TEXT, "r.about", known=_keys)
VALUE = Field("value", _("answer"), Kind.TEXT, "r.value")
TOPIC = Field("topic", _("topic"), Kind.TEXT, "r.topic")
SOURCE = Field("source", _("source"), Kind.TEXT, "r.source_kind")
FRESH_UNTIL = Field("fresh_until", _("to be asked again"), Kind.DATETIME, "r.fresh_until")

registry.add(
    Bag("attribute", _("what we remember as"), "c.attributes", known=_keys),
    Rows(
        "preference",
        _("told us, or showed,"),
        ACTIVE.format(only=""),
        (
            ABOUT,
            VALUE,
            Field("kind", _("how we know"), Kind.CHOICE, "r.kind", lambda: KINDS),
            TOPIC,
            SOURCE,
            FRESH_UNTIL,
        ),
        named_by="about",
        answered_by="value",
    ),
    Rows(
        "told",
        _("told us"),
        ACTIVE.format(only=" AND p.kind = 'stated'"),
        (ABOUT, VALUE, TOPIC, SOURCE, FRESH_UNTIL),
        named_by="about",
        answered_by="value",
    ),
)
erasing.register("crm_preferences_preference")
undoing.register("crm_preferences_preference", "t.source_kind = 'import' AND t.source_id = i.uid::text")
