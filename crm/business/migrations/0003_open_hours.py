import crm.business.models
import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm_business", "0002_changed"),
    ]

    operations = [
        migrations.AddField(
            model_name="business",
            name="leaving_colleague",
            field=models.ForeignKey(
                blank=True,
                help_text="Who talks with people who may be leaving",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="business",
            name="open_days",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                default=crm.business.models.monday_to_friday,
                help_text="Weekdays, 1 is Monday",
            ),
        ),
        migrations.AddField(
            model_name="business",
            name="open_from",
            field=models.TimeField(default=datetime.time(9, 0)),
        ),
        migrations.AddField(
            model_name="business",
            name="open_until",
            field=models.TimeField(default=datetime.time(18, 0)),
        ),
    ]
