"""What waits is found by its reason and its origin; nobody asked by when. No transaction: the index is built beside the
work that goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("crm_dialogue", "0008_hold")]

    operations = [
        AddIndexConcurrently(
            "message", models.Index(condition=models.Q(state="waiting"), fields=["why", "origin", "at"], name="message_held")
        ),
        RemoveIndexConcurrently("message", "message_waiting"),
    ]
