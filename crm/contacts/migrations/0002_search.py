"""Any part of a name, an address, a number or a company is found through trigrams.

The indexes are made beside the work that goes on, which is why this is no transaction; one that an interrupted run left
half made is dropped first. pg_trgm is trusted since PostgreSQL 13: whoever owns the database may create it. Addresses
only, not the ids of devices: those are most rows of the table, and nobody searches for a part of them.
"""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

INDEXES = {
    "contact_name_parts": "crm_contacts_contact USING gin (name gin_trgm_ops)",
    "identity_value_parts": "crm_contacts_identity USING gin (value gin_trgm_ops) "
    "WHERE kind IN ('email', 'phone', 'external')",
    "company_name_parts": "crm_contacts_company USING gin (name gin_trgm_ops)",
}


def made(name: str, what: str) -> migrations.RunSQL:
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    return migrations.RunSQL([drop, f"CREATE INDEX CONCURRENTLY {name} ON {what}"], [drop])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("crm_contacts", "0001_initial")]
    operations = [TrigramExtension(), *(made(name, what) for name, what in INDEXES.items())]
