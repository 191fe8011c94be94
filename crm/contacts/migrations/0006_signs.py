"""Names in other scripts than ours are found through an index of their own.

pg_trgm asks the system's locale what a letter is, and in the C locale, which our own server has, only ASCII is: it sees
nothing in 李小龙 or Анна. These indexes hold the hexadecimal of such texts instead, in which everything is a letter and
every part of a text is a part still; two signs make ten trigrams. Only rows that need it are in them, so that importing
all others costs nothing more.
"""

from django.db import migrations

SIGNS = """
    CREATE FUNCTION crm_contacts_signs(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT encode(convert_to(lower(written), 'UTF8'), 'hex') $$
"""
INDEXES = {
    "contact_name_signs": "crm_contacts_contact USING gin (crm_contacts_signs(name) gin_trgm_ops) "
    "WHERE octet_length(name) <> length(name)",
    "identity_value_signs": "crm_contacts_identity USING gin (crm_contacts_signs(value) gin_trgm_ops) "
    "WHERE octet_length(value) <> length(value)",
}


def made(name: str, what: str) -> migrations.RunSQL:
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    return migrations.RunSQL([drop, f"CREATE INDEX CONCURRENTLY {name} ON {what}"], [drop])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("crm_contacts", "0005_twins")]
    operations = [
        migrations.RunSQL(
            ["DROP FUNCTION IF EXISTS crm_contacts_signs", SIGNS], ["DROP FUNCTION IF EXISTS crm_contacts_signs"]
        ),
        *(made(name, what) for name, what in INDEXES.items()),
    ]
