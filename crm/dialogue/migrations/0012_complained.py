"""Who marked a message of an origin as spam is counted while it goes out. No transaction: the index is built beside the
work that goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("crm_dialogue", "0011_merged_messages")]

    operations = [
        AddIndexConcurrently(
            "message",
            models.Index(
                condition=models.Q(complained__isnull=False, direction="out"),
                fields=["origin"],
                name="message_complained",
            ),
        ),
    ]
