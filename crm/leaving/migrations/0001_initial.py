import django.db.models.deletion
import engage.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("crm_contacts", "0008_fewer_indexes"),
        ("crm_dialogue", "0007_subject"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("subject", "a subject of the contact form"),
                            ("answer", "an answer to a survey"),
                            ("tag", "a tag"),
                        ],
                        max_length=7,
                    ),
                ),
                ("ref", models.CharField(max_length=200)),
                ("label", models.CharField(max_length=300)),
                ("ticked", models.DateTimeField()),
                ("ticked_by", models.CharField(max_length=120)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "ref"), name="leaving_sign_once")],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=engage.lib.ids.uuid7, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("subject", "a subject of the contact form"),
                            ("answer", "an answer to a survey"),
                            ("tag", "a tag"),
                            ("hand", "a colleague"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "ref",
                    models.CharField(
                        blank=True, db_default="", default="", help_text="As the sign has it", max_length=200
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        blank=True, db_default="", default="", help_text="As the sign had it", max_length=300
                    ),
                ),
                (
                    "words",
                    models.TextField(
                        blank=True, db_default="", default="", help_text="What they wrote, or a colleague heard"
                    ),
                ),
                ("opened", models.DateTimeField()),
                ("due", models.DateTimeField(help_text="When somebody should have talked with them")),
                ("remind", models.DateTimeField(help_text="When the colleague is reminded")),
                ("reminded", models.DateTimeField(blank=True, null=True)),
                ("closed", models.DateTimeField(blank=True, null=True)),
                ("closed_by", models.CharField(blank=True, db_default="", default="", max_length=120)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("stayed", "Stayed"), ("left", "Left"), ("cannot_tell", "Cannot tell")],
                        db_default="",
                        default="",
                        help_text="Closed without: a duplicate",
                        max_length=11,
                    ),
                ),
                (
                    "why",
                    models.TextField(
                        blank=True, db_default="", default="", help_text="Why they stayed or left, for colleagues"
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm_contacts.contact",
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm_dialogue.conversation",
                    ),
                ),
                (
                    "recorded_for",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm_contacts.contact",
                    ),
                ),
                (
                    "task",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm_dialogue.task",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["contact", "-opened"], name="leaving_case_of"),
                    models.Index(condition=models.Q(("closed", None)), fields=["due", "id"], name="leaving_case_open"),
                    models.Index(
                        condition=models.Q(("closed__isnull", False)), fields=["-closed"], name="leaving_case_closed"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed", None)), fields=("recorded_for",), name="leaving_case_open_once"
                    )
                ],
            },
        ),
    ]
