"""Companies, and who belongs to them."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from crm.contacts.actions.hold import hold
from crm.contacts.models import Company, Contact
from crm.contacts.telling import told
from engage.lib import ids, sql

LONGEST_ID, LONGEST_NAME = 255, 200
SOURCE = "api"


class Joining(NamedTuple):
    """A contact belongs to the company with this external id; `traits` is what was said of it at that time."""

    contact: int
    external_id: str
    at: datetime
    traits: dict[str, Any]

    def attributes(self) -> dict[str, Any]:
        """Each value with where it comes from and when it was said."""
        said = {"source": SOURCE, "at": self.at.isoformat(timespec="microseconds")}
        return {name: {"value": value, **said} for name, value in self.traits.items()}


def join_companies(joinings: Iterable[Joining]) -> None:
    """Make or complete the companies and move the people. Two statements; none for nobody.

    Of each trait the later word counts, whenever it arrives; the same again writes nothing. The company is called what
    its trait `name` says, until a colleague calls it something else, and then until the server has another name.
    """
    said = sorted(joinings, key=lambda one: one.at)
    if not said:
        return
    traits: dict[str, dict[str, Any]] = {}
    for one in said:
        traits[one.external_id] = traits.get(one.external_id, {}) | one.attributes()
    keys = sorted(traits)
    sql.run(_COMPLETE, [[ids.uuid7() for _ in keys], keys, [json.dumps(traits[key]) for key in keys]])
    people = {one.contact: one.external_id for one in said}
    sql.run(
        "UPDATE crm_contacts_contact AS c SET company_id = o.id "
        "FROM unnest(%s::bigint[], %s::text[]) AS p(id, company) "
        "JOIN crm_contacts_company AS o ON o.external_id = p.company "
        "WHERE c.id = p.id AND c.company_id IS DISTINCT FROM o.id",
        [list(people.keys()), list(people.values())],
    )


def add_company(*, name: str, external_id: str = "", by: str, at: datetime) -> tuple[Company, bool]:
    """The company, and whether it is new: one that is known by this id, or else by this name, is left as it is."""
    with transaction.atomic():
        sql.rows("SELECT pg_advisory_xact_lock(hashtextextended('crm_contacts_company', 0))")
        known = Company.objects.filter(**({"external_id": external_id} if external_id else {"name__iexact": name}))
        if found := known.order_by("id").first():
            return found, False
        return Company.objects.create(name=name, external_id=external_id or None, created=at), True


def rename_company(company: Company, *, name: str, by: str, at: datetime) -> None:
    """Call it so from now on."""
    Company.objects.filter(pk=company.pk).update(name=name)


def put_into_company(*, contact: Contact, company: Company | None, by: str, at: datetime) -> Company | None:
    """The contact belongs to this company, or to none. Returns where they belonged before."""
    with transaction.atomic():
        present = hold(contacts=[contact.pk]).present[contact.pk]
        before = Contact.objects.select_related("company").get(pk=present).company
        if before != company:
            Contact.objects.filter(pk=present).update(company=company)
            told(
                contact=present,
                recorded_for=contact.pk,
                name="Company Joined" if company else "Company Left",
                at=at,
                message_id=f"company:{contact.pk}:{at.isoformat()}",
                properties={"company": str(company or before), "by": by},
            )
        return before


_COMPLETE = """
    INSERT INTO crm_contacts_company AS c (uid, external_id, name, attributes)
    SELECT uid, id, coalesce(nullif(left(btrim(attributes -> 'name' ->> 'value'), 200), ''), left(id, 200)), attributes
    FROM unnest(%s::uuid[], %s::text[], %s::jsonb[]) AS said(uid, id, attributes)
    ON CONFLICT (external_id) DO UPDATE SET (name, attributes) = (
        SELECT coalesce(nullif(left(btrim(news.found -> 'name' ->> 'value'), 200), ''), c.name),
            c.attributes || news.found
        FROM (
            SELECT coalesce(jsonb_object_agg(s.key, s.value), '{}') AS found FROM jsonb_each(excluded.attributes) AS s
            WHERE (c.attributes -> s.key) IS NULL OR (
                c.attributes -> s.key -> 'value' <> s.value -> 'value'
                AND (c.attributes -> s.key ->> 'at') COLLATE "C" <= (s.value ->> 'at'))
        ) AS news)
    WHERE EXISTS (
        SELECT FROM jsonb_each(excluded.attributes) AS s
        WHERE (c.attributes -> s.key) IS NULL OR (
            c.attributes -> s.key -> 'value' <> s.value -> 'value'
            AND (c.attributes -> s.key ->> 'at') COLLATE "C" <= (s.value ->> 'at')))
"""
