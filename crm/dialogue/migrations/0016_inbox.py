"""The inbox's lists and search. No transaction: each index is built beside the work that goes on.

`crm_dialogue_words` is what a message is found by: its words as they stand, each sign of Chinese, Japanese and Korean a
word of its own; and, behind a sign that no word has, the number of its bucket of 16,384 messages, so that the newest can
be looked for first, its month and its channel. It reads the first 100,000 characters, because PostgreSQL refuses longer
lists of words, and never a message because of them.
"""

import django.contrib.postgres.operations as postgres
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce, Lower, Now

import engage.lib.ids

WORDS = r"""
    CREATE FUNCTION crm_dialogue_words(message bigint, channel text, at timestamptz, subject text, written text)
    RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT to_tsvector('simple', CASE WHEN octet_length(said) = length(said) THEN said
            ELSE regexp_replace(said, '([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])', ' \1 ', 'g') END)
            || array_to_tsvector(ARRAY['#' || (message >> 14)::text, '~' || channel,
                '@' || to_char(at AT TIME ZONE 'UTC', 'YYYYMM')])
        FROM (SELECT left(subject || ' ' || written, 100000) AS said) AS s
    $$
"""
NO_WORDS = "DROP FUNCTION IF EXISTS crm_dialogue_words"
NO_INDEX = "DROP INDEX CONCURRENTLY IF EXISTS message_words"
INDEX = """
    CREATE INDEX CONCURRENTLY message_words ON crm_dialogue_message
    USING gin (crm_dialogue_words(id, channel, at, subject, text)) WITH (fastupdate = off) WHERE conversation_id IS NOT NULL
"""
SINCE = Case(
    When(state="waiting", then=Coalesce(F("last_staff"), F("opened"))),
    When(state="later", then=Coalesce(F("snoozed_until"), F("opened"))),
    When(state="done", then=Coalesce(F("closed"), F("opened"))),
    default=Coalesce(F("last_customer"), F("opened")),
)
CONVERSATION = (
    models.Index(fields=["state", "since", "id"], name="conversation_open", condition=~Q(state="done")),
    models.Index(fields=["-since", "-id"], name="conversation_done", condition=Q(state="done", spam=None)),
    models.Index(fields=["assignee", "state", "since", "id"], name="conversation_hands"),
    models.Index(fields=["channel", "state", "since", "id"], name="conversation_channel"),
    models.Index(fields=["-since", "-id"], name="conversation_spam", condition=Q(spam__isnull=False)),
)
MESSAGE = models.Index(fields=["conversation", "-id"], name="message_in", condition=Q(conversation__isnull=False))
KEY = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def belongs(to: str, **fields: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=to, **fields)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("crm_dialogue", "0015_sums_by_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField("conversation", "urgent", models.BooleanField(
            default=False, db_default=False, help_text="Stands first among those who wait")),
        migrations.AddField("conversation", "spam", models.DateTimeField(
            null=True, blank=True, help_text="Since when it is nothing to answer: it is done too")),
        migrations.AddField("conversation", "since", models.GeneratedField(
            expression=SINCE, output_field=models.DateTimeField(), db_persist=True)),
        postgres.RemoveIndexConcurrently("conversation", "conversation_open"),
        postgres.RemoveIndexConcurrently("conversation", "conversation_done"),
        *(postgres.AddIndexConcurrently("conversation", index) for index in CONVERSATION),
        postgres.RemoveIndexConcurrently("message", "message_in"),
        postgres.AddIndexConcurrently("message", MESSAGE),
        migrations.CreateModel("Tag", [
            ("id", KEY.clone()),
            ("uid", models.UUIDField(default=engage.lib.ids.uuid7, unique=True, editable=False)),
            ("name", models.CharField(max_length=40)),
        ], {
            "ordering": ("name", "id"),
            "constraints": [models.UniqueConstraint(Lower("name"), name="tag_any_case")],
        }),
        migrations.CreateModel("Tagged", [
            ("id", KEY.clone()),
            ("by", models.CharField(max_length=120)),
            ("at", models.DateTimeField(db_default=Now())),
            ("conversation", belongs("crm_dialogue.conversation", related_name="tagged", db_index=False)),
            ("tag", belongs("crm_dialogue.tag", related_name="tagged", db_index=False)),
        ], {
            "verbose_name_plural": "tagged",
            "constraints": [models.UniqueConstraint(fields=["conversation", "tag"], name="tagged_once")],
            "indexes": [models.Index(fields=["tag", "conversation"], name="tagged_with")],
        }),
        migrations.CreateModel("Mention", [
            ("id", KEY.clone()),
            ("read", models.DateTimeField(null=True, blank=True)),
            ("colleague", belongs(settings.AUTH_USER_MODEL, related_name="+", db_index=False)),
            ("conversation", belongs("crm_dialogue.conversation", related_name="mentions")),
            ("message", belongs("crm_dialogue.message", related_name="mentions")),
        ], {
            "constraints": [models.UniqueConstraint(fields=["message", "colleague"], name="mention_once")],
            "indexes": [models.Index(fields=["colleague", "conversation"], name="mention_of")],
        }),
        migrations.RunSQL([NO_WORDS, WORDS], [NO_WORDS]),
        migrations.RunSQL([NO_INDEX, INDEX], [NO_INDEX]),
    ]
