from django.db import migrations

from engage.lib import clock, partitions


def partition(apps, schema_editor) -> None:
    partitions.convert("crm_dialogue_rendered", "message_id")
    partitions.ensure("crm_dialogue_rendered", clock.now().date())


class Migration(migrations.Migration):
    dependencies = [("crm_dialogue", "0001_initial")]
    operations = [migrations.RunPython(partition, migrations.RunPython.noop)]
