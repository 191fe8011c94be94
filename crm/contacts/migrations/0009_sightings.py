"""What the list of people is ordered by gets a table of its own, to which the database adds whenever somebody is seen.

No transaction: what is there already is taken over, and the index dropped, beside the work that goes on.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

# Room on each page for the next version of its rows: what changes with an event is written there, and in no index.
ROOM = "ALTER TABLE crm_contacts_contact SET (fillfactor = 85)"

# Once for each statement: once for each row costs as much as all else that an event costs.
NOTE = """
    CREATE FUNCTION crm_contacts_note_sightings() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO crm_contacts_sighting (contact_id, at)
        SELECT id, last_seen FROM written WHERE last_seen IS NOT NULL ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$
"""
TRIGGERS = [
    f"""
    CREATE TRIGGER seen_{deed.lower()} AFTER {deed} ON crm_contacts_contact REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION crm_contacts_note_sightings()
    """
    for deed in ("INSERT", "UPDATE")
]
TAKE_OVER = """
    INSERT INTO crm_contacts_sighting (contact_id, at)
    SELECT id, last_seen FROM crm_contacts_contact WHERE last_seen IS NOT NULL ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("crm_contacts", "0008_fewer_indexes")]
    operations = [
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to="crm_contacts.contact",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("at", "contact"), name="sighting_once")],
            },
        ),
        migrations.RunSQL(ROOM, "ALTER TABLE crm_contacts_contact RESET (fillfactor)"),
        migrations.RunSQL(NOTE, "DROP FUNCTION crm_contacts_note_sightings"),
        migrations.RunSQL(
            TRIGGERS,
            ["DROP TRIGGER seen_update ON crm_contacts_contact", "DROP TRIGGER seen_insert ON crm_contacts_contact"],
        ),
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
        RemoveIndexConcurrently("contact", "contact_last_seen"),
    ]
