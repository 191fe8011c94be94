from django.db import migrations

from engage.lib import clock, partitions


def partition(apps, schema_editor) -> None:
    partitions.convert("crm_events_event", "id", ("event_contact_name_at ON {table} (contact_id, name, at)",))
    partitions.ensure("crm_events_event", clock.now().date())


class Migration(migrations.Migration):
    dependencies = [("crm_events", "0001_initial")]
    operations = [migrations.RunPython(partition, migrations.RunPython.noop)]
