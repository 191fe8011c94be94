"""What was begun and never sent is found by its age. No transaction: the index is built beside the work that goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("campaigns_surveys", "0004_pages")]

    operations = [
        AddIndexConcurrently(
            "response",
            models.Index(condition=models.Q(state="begun"), fields=["started"], name="response_begun"),
        ),
    ]
