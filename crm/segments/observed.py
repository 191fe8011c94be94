"""Noticed by rules that the owner sees and edits: in the listening belt for whoever just bought or searched, and for
everybody, slice by slice, once a rule is made or changed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.business.queries import business
from crm.contacts.actions import hold
from crm.events.envelope import Incoming
from crm.preferences.actions import remember
from crm.preferences.models import PreferenceKey
from crm.segments.models import ObservedRule
from crm.segments.noticing import SEARCHED, statements
from engage.lib import sql
from engage.lib.spoken import speak

SLICE = 2_000
ORDERED = frozenset({"Order Completed", "Order Updated"})
What = ObservedRule.What


def notice_preferences(events: Sequence[Incoming], *, at: datetime) -> None:
    """The belt's stage. Nothing for a chunk without an order or a search; else one query for the rules, one for each
    rule concerned, and what is remembered."""
    bought = {event.contact_id for event in events if event.name in ORDERED}
    searched = {event.contact_id for event in events if event.name == SEARCHED}
    if bought or searched:
        rules = ObservedRule.objects.filter(active=True).select_related("key")
        _notice(((rule, searched if rule.what == What.SEARCH else bought) for rule in rules), at=at)


def _notice(looked: Iterable[tuple[ObservedRule, Collection[int]]], *, at: datetime) -> None:
    """The contacts must be held."""
    remember([found for rule, who in looked if who for found in statements(rule, who, at=at)], at=at)


def save_rule(rule: ObservedRule, *, by: str, at: datetime) -> None:
    """Make it or change it: everybody is looked at anew."""
    rule.changed, rule.changed_by, rule.reached = at, by, 0
    rule.save()


def switch_rule(rule: ObservedRule, *, active: bool, by: str, at: datetime) -> None:
    """Off: nothing more is noticed by it; what was stays, with its source."""
    rule.active = active
    save_rule(rule, by=by, at=at)


def look_back(*, at: datetime, slices: int) -> int:
    """Go on with rules that have not looked at everybody yet; how many slices were looked at, at most `slices`.

    Each slice is one transaction with its contacts held.
    """
    done = 0
    for rule in ObservedRule.objects.filter(active=True, reached__isnull=False).select_related("key"):
        while done < slices and rule.reached is not None:
            done += 1
            _look_at_slice(rule, at)
    return done


def _look_at_slice(rule: ObservedRule, at: datetime) -> None:
    with transaction.atomic():
        found = [
            pk
            for (pk,) in sql.rows(
                "SELECT id FROM crm_contacts_contact WHERE id > %s AND merged_into_id IS NULL AND erased IS NULL "
                "ORDER BY id LIMIT %s",
                [rule.reached, SLICE],
            )
        ]
        concerned = {statement.contact for statement in statements(rule, found, at=at)} if found else set()
        if concerned:
            _notice([(rule, hold(contacts=concerned).contacts)], at=at)
        before, rule.reached = rule.reached, found[-1] if len(found) == SLICE else None
        ObservedRule.objects.filter(pk=rule.pk, reached=before).update(reached=rule.reached)


def make_ready_rules(*, by: str, at: datetime, active: bool = True) -> None:
    """Four rules to begin with, in the shop's language; nothing where there are some."""
    if ObservedRule.objects.exists():
        return
    with speak(business().language):
        wanted = (
            (What.CATEGORY, 3, 90, "favourite_category", _("Favourite kind")),
            (What.PRODUCT, 2, 180, "buys_again", _("Buys again")),
            (What.SEARCH, 3, 60, "looks_for", _("Looks for")),
            (What.MONTH, 2, 760, "busy_month", _("Buys most in")),
        )
        for what, times, days, key, label in wanted:
            known, _made = PreferenceKey.objects.get_or_create(key=key, defaults={"label": label})
            save_rule(ObservedRule(what=what, times=times, days=days, key=known, active=active), by=by, at=at)
