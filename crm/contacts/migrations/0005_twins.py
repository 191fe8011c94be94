import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm_contacts", "0004_companies")]

    operations = [
        migrations.RemoveField(model_name="mergeproposal", name="reason"),
        migrations.AddField(
            model_name="mergeproposal",
            name="reasons",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), default=list, help_text="Codes: see crm.contacts.twins",
                size=None,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="merge",
            name="rule",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="See crm.contacts.twins", max_length=20
            ),
        ),
        migrations.AddIndex(model_name="merge", index=models.Index(fields=["-at", "-id"], name="merge_latest")),
        migrations.CreateModel(
            name="MergeRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=20, unique=True)),
                ("by", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TwinsSought",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contact", models.BigIntegerField(default=0)),
                ("identity", models.BigIntegerField(default=0)),
            ],
            options={"verbose_name_plural": "twins sought"},
        ),
    ]
