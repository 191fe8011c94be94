"""No transaction: the index is built beside the work that goes on."""

import django.contrib.postgres.operations as postgres
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("crm_dialogue", "0023_teams")]
    operations = [
        postgres.AddIndexConcurrently(
            "conversation",
            models.Index(
                fields=["team", "state", "since", "id"], name="conversation_team", condition=Q(team__isnull=False)
            ),
        ),
    ]
