"""We did something about this: whom it is told, quoting what each of them said.

A quote is cited as everything is, by `recall`, under `deed_<id>`: only words that they told us themselves, and where
they are remembered only under a key that may be cited, neither forgotten nor to be left unmentioned.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from campaigns.surveys.models import AnswerTag, Deed, DeedQuote, Saying, Survey
from crm.preferences.recall import Cited
from engage.lib import sql

PREFIX = "deed_"
LONGEST = 300
"""Characters of one quote."""

REMEMBERED = """
    FROM jsonb_array_elements(v.definition -> 'questions') AS asked
    LEFT JOIN crm_preferences_preferencekey AS k ON k.key = asked -> 'remember' ->> 'key'
    WHERE asked ->> 'id' = s.question AND asked -> 'remember' ->> 'key' IS NOT NULL
"""
MAY_BE_CITED = f"""(NOT EXISTS (SELECT {REMEMBERED}
    AND (k.citable AND (NOT k.sensitive OR k.cite_sensitive)) IS NOT TRUE))"""
"""SQL over a saying ``s`` and the version ``v`` of its response: the key that it is remembered under allows it."""

IS_MENTIONED = f"""(NOT EXISTS (SELECT {REMEMBERED}
    AND NOT EXISTS (SELECT FROM crm_preferences_preference AS p WHERE p.key_id = k.id AND p.contact_id = r.contact_id
        AND p.source_kind = 'survey' AND p.source_id = r.uid::text AND p.state = 'active' AND p.kind = 'stated'
        AND p.mention)))"""  # noqa: S608 ours
"""The same: what is remembered of it stands, and they let us mention it."""

SAID = """
    campaigns_surveys_deedquote AS q
    JOIN campaigns_surveys_deed AS d ON d.id = q.deed_id
    JOIN campaigns_surveys_saying AS s ON s.id = q.saying_id
    JOIN campaigns_surveys_response AS r ON r.id = s.response_id
    JOIN campaigns_surveys_surveyversion AS v ON v.id = r.version_id
"""
QUOTED = f"""(SELECT q.id, r.contact_id, s.at, d.uid::text AS deed FROM {SAID}
    WHERE r.contact_id IS NOT NULL AND {MAY_BE_CITED} AND {IS_MENTIONED})"""  # noqa: S608 ours
"""Rows of a rule: who can be quoted in what is told of which deed."""


@dataclass(frozen=True, slots=True)
class Quotable:
    """Of the people whose answers a deed is about: how many can be quoted, and how many not, by why."""

    people: int
    unnamed: int
    sensitive: int
    unmentioned: int


def make_deed(
    *, survey: Survey, sayings: Collection[int], tag: AnswerTag | None, words: str, since: date, by: str, at: datetime
) -> Deed:
    """What was done about these answers of the survey. Nobody is told by it."""
    with transaction.atomic():
        deed = Deed.objects.create(
            survey=survey, tag=tag, words=" ".join(words.split())[:500], since=since, by=by[:120], at=at
        )
        ours = Saying.objects.filter(survey=survey, pk__in=list(sayings)).values_list("pk", flat=True)
        DeedQuote.objects.bulk_create([DeedQuote(deed=deed, saying_id=pk) for pk in ours], batch_size=5_000)
        return deed


def key_of(deed: Deed) -> str:
    """Under which its quotes are cited."""
    return f"{PREFIX}{deed.uid.hex}"


def rule_of(deed: Deed) -> dict:
    """Who can be quoted in it."""
    return {"did": "quoted", "name": str(deed.uid)}


def quotes(contacts: Collection[int], keys: Collection[str], at: datetime) -> dict[int, dict[str, Cited]]:
    """What each of them said last of what a deed is about, as `recall` reads it. One query."""
    uids = [uid for key in keys if (uid := _uid(key))]
    found: dict[int, dict[str, Cited]] = {}
    for contact, deed, words, said, pk in sql.rows(
        f"""
        SELECT DISTINCT ON (r.contact_id, d.id) r.contact_id, d.uid, s.words, s.at, s.id FROM {SAID}
        WHERE r.contact_id = ANY(%s) AND d.uid = ANY(%s) AND s.at <= %s AND {MAY_BE_CITED} AND {IS_MENTIONED}
        ORDER BY r.contact_id, d.id, s.at DESC, s.id DESC
        """,  # noqa: S608 ours
        [sorted(contacts), uids, at],
    ):
        found.setdefault(contact, {})[f"{PREFIX}{deed.hex}"] = Cited(_cut(words), said, pk)
    return found


def quotable(deed: Deed) -> Quotable:
    """One query."""
    ((people, unnamed, sensitive, unmentioned),) = sql.rows(
        f"""
        SELECT count(*) FILTER (WHERE cited AND mentioned), count(*) FILTER (WHERE contact_id IS NULL),
            count(*) FILTER (WHERE NOT cited), count(*) FILTER (WHERE cited AND NOT mentioned)
        FROM (SELECT r.contact_id, bool_or({MAY_BE_CITED}) AS cited,
                bool_or({MAY_BE_CITED} AND {IS_MENTIONED}) AS mentioned
            FROM {SAID} WHERE d.id = %s GROUP BY r.contact_id) AS people
        """,  # noqa: S608 ours
        [deed.pk],
    )
    return Quotable(people, unnamed, sensitive, unmentioned)


def told(sayings: Collection[int]) -> dict[int, list[tuple[Deed, datetime]]]:
    """By saying, the deeds that whoever said it was told of, and when. Two queries, one for none."""
    rows = sql.rows(
        f"""
        SELECT s.id, d.id, m.settled FROM {SAID}
        JOIN crm_dialogue_message AS m ON m.contact_id = r.contact_id AND m.direction = 'out'
            AND m.origin = 'broadcast:' || d.broadcast::text AND m.state IN ('accepted', 'delivered', 'kept')
        WHERE s.id = ANY(%s) ORDER BY s.id, d.id
        """,  # noqa: S608 ours
        [list(sayings)],
    )
    deeds = Deed.objects.in_bulk({deed for __, deed, __ in rows}) if rows else {}
    found: dict[int, list[tuple[Deed, datetime]]] = {}
    for saying, deed, at in rows:
        found.setdefault(saying, []).append((deeds[deed], at))
    return found


def deeds() -> tuple[tuple[str, str], ...]:
    """What a rule may speak of: the public id and the words of each. One query."""
    return tuple((str(uid), words) for uid, words in Deed.objects.order_by("-pk").values_list("uid", "words"))


def _uid(key: str) -> UUID | None:
    try:
        return UUID(hex=key.removeprefix(PREFIX))
    except ValueError:
        return None


def _cut(words: str) -> str:
    """At the end of a word."""
    words = " ".join(words.split())
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + "…"
