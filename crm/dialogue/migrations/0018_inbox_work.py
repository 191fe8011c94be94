import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import engage.lib.ids


class Migration(migrations.Migration):
    dependencies = [
        ("crm_dialogue", "0017_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "NoticeWish",
            [
                (
                    "colleague",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            {"verbose_name_plural": "notice wishes"},
        ),
        migrations.CreateModel(
            "Notice",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due", models.DateTimeField()),
                (
                    "colleague",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm_dialogue.message"
                    ),
                ),
            ],
            {"indexes": [models.Index(fields=["due"], name="notice_due")]},
        ),
        migrations.CreateModel(
            "SavedReply",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=engage.lib.ids.uuid7, editable=False, unique=True)),
                ("shortcut", models.SlugField(allow_unicode=True, max_length=30, unique=True)),
                ("title", models.CharField(max_length=80)),
                ("text", models.TextField()),
                (
                    "ready",
                    models.SlugField(
                        blank=True, help_text="Which of the ready ones", max_length=40, null=True, unique=True
                    ),
                ),
                ("changed", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=120)),
            ],
            {"verbose_name_plural": "saved replies", "ordering": ("shortcut",)},
        ),
        migrations.CreateModel(
            "Block",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=120)),
                ("lifted", models.DateTimeField(blank=True, null=True)),
                ("lifted_by", models.CharField(blank=True, db_default="", default="", max_length=120)),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocks",
                        to="crm_contacts.contact",
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
            ],
            {"indexes": [models.Index(fields=["contact", "-at"], name="block_of")]},
        ),
        migrations.CreateModel(
            "AnswerDraft",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "colleague",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="crm_dialogue.conversation",
                    ),
                ),
            ],
            {
                "constraints": [
                    models.UniqueConstraint(fields=["conversation", "colleague"], name="answer_draft_once"),
                ],
            },
        ),
    ]
