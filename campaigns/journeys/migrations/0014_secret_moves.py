from django.db import migrations


class Migration(migrations.Migration):
    """The secret of webhooks belongs to the channels from now on, which rename its table."""

    dependencies = [("campaigns_journeys", "0013_several_channels")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("WebhookSecret")]),
    ]
