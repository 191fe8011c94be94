from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm_dialogue", "0006_escalated_tasks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(allow_unicode=True, max_length=60, unique=True)),
                ("label", models.CharField(max_length=120)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ("position", "id"),
            },
        ),
    ]
