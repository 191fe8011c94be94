"""Finding what was said: by words, by whom, when, by which way and where the conversation stands.

A word finds all that begin like it or like its stem in the shop's language; signs of Chinese, Japanese and Korean are
found wherever they stand together. The newest are looked for first, in wider and wider strokes (the migration `inbox`
says how), so that a word of every second message costs what a rare one does.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from crm.dialogue.models import Conversation, Message
from crm.dialogue.queries import Row, with_last_words
from engage.lib import clock, sql

LONGEST = 200
MOST_WORDS = 12
SIZE = 50
LINES = 4 * SIZE
"""Lines of one look; those of one conversation are shown as one."""
LOOKED_AT = 5000
"""So many lines with these words, the newest, are narrowed down by where their conversations stand."""
BUCKET = 14
STROKES = (1, 8, 64, None)
"""Buckets of 2 ** BUCKET messages, the newest, or all; none wider once LOOKED_AT lines have the words."""
NO_END = 2**62
MOST_MONTHS = 36
SIGNS = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
STEMS = {"en": "english_stem", "es": "spanish_stem"}
AROUND = 90


@dataclass(frozen=True)
class Search:
    """What is looked for. `people` are ids, None for anybody; `since` and `until` are moments, `until` excluded."""

    words: str = ""
    people: Sequence[int] | None = None
    channel: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Hit:
    """A conversation, its line that fits, and that line around the words: pieces, and whether each is marked."""

    conversation: Conversation
    line: Message | None
    pieces: list[tuple[str, bool]]


@dataclass(frozen=True)
class Found:
    """`before` goes on from here, 0 at the end. `partial`: too many lines have these words for all to be looked at."""

    hits: list[Hit]
    before: int = 0
    partial: bool = False


def find(search: Search, *, language: str = "", before: int = 0) -> Found:
    """The newest first. At most eight queries."""
    terms = _terms(search.words, language)
    if search.people is not None and not search.people:
        return Found([])
    if not terms:
        return Found(_by_person(search)) if search.people else Found([])
    with transaction.atomic():
        sql.run("SET LOCAL work_mem = '32MB'")
        ids, partial = _lines(search, terms, before)
    known = Message.objects.select_related("conversation__contact", "conversation__assignee").in_bulk(ids)
    hits: dict[int, Hit] = {}
    for place, key in enumerate(ids):
        line = known[key]
        if line.conversation and line.conversation.pk not in hits:
            if len(hits) == SIZE:
                return Found(list(hits.values()), ids[place - 1], partial)
            hits[line.conversation.pk] = Hit(line.conversation, line, marked(f"{line.subject} {line.text}", terms))
    return Found(list(hits.values()), ids[-1] if len(ids) == LINES else 0, partial)


def marked(text: str, terms: Collection[Sequence[str]]) -> list[tuple[str, bool]]:
    """`text` around the first word that fits, in pieces: (words, whether they are marked)."""
    fits = "|".join(sorted((re.escape(one) for term in terms for one in term), key=len, reverse=True))
    pattern = re.compile(rf"(?:(?<!\w)|(?<=[{SIGNS}])|(?=[{SIGNS}]))(?:{fits})", re.IGNORECASE)
    text = " ".join(text[:100_000].split())
    first = pattern.search(text)
    start = max(first.start() - AROUND, 0) if first else 0
    cut = text[start : start + 3 * AROUND]
    pieces, end = [("…", False)] if start else [], 0
    for match in pattern.finditer(cut):
        pieces += [(cut[end : match.start()], False), (match.group(), True)]
        end = match.end()
    return [*pieces, (cut[end:], False), ("…" if len(text) > start + len(cut) else "", False)]


def _terms(words: str, language: str) -> list[list[str]]:
    """Each word that was typed, with its stem where there is one. A query where there are words."""
    typed = re.findall(rf"[{SIGNS}]+|[^\s{SIGNS}]+", words.replace("\x00", " ").lower()[:LONGEST])
    plain = [word for raw in typed if (word := raw.strip("\"'“”‘’()[]{}<>.,;:!?¿¡&|*\\"))][:MOST_WORDS]
    dictionary = STEMS.get(language)
    if not plain or not dictionary:
        return [[word] for word in plain]
    stems = sql.rows("SELECT ts_lexize(%s::regdictionary, word) FROM unnest(%s::text[]) AS word", [dictionary, plain])
    return [[word, *(stem or [])] for word, (stem,) in zip(plain, stems, strict=True)]


def _lines(search: Search, terms: list[list[str]], before: int) -> tuple[list[int], bool]:
    """Keys of lines that fit, the newest first; and whether more have the words than were looked at."""
    top = _newest(search, before) >> BUCKET
    values = {
        "words": " & ".join("(" + " | ".join(map(_word, term)) + ")" for term in terms),
        "people": list(search.people or ()),
        "since": search.since,
        "until": search.until,
        "state": search.state,
        "before": before or NO_END,
        "most": LOOKED_AT,
        "lines": LINES,
    }
    if search.people:
        return sql.rows(_FIND_OF_PEOPLE, {**values, "marks": _marks(search, None)})[0][1], False
    for stroke in STROKES:
        buckets = range(max(top - stroke + 1, 0), top + 1) if stroke else None
        [(looked_at, found)] = sql.rows(_FIND, {**values, "marks": _marks(search, buckets)})
        if len(found) == LINES or looked_at == LOOKED_AT:
            break
    return found, looked_at == LOOKED_AT and len(found) < LINES


def _newest(search: Search, before: int) -> int:
    """The key of the latest line that may fit, as far as lines came in the order in which they were said."""
    until = "WHERE at < %(until)s" if search.until else ""
    query = f"SELECT id FROM crm_dialogue_message {until} ORDER BY at DESC, id DESC LIMIT 1"  # noqa: S608 ours
    found = sql.rows(query, {"until": search.until})
    return min(found[0][0] if found else 0, before or NO_END)


def _marks(search: Search, buckets: range | None) -> str:
    """What the migration put beside the words, asked for as it stands."""
    parts = []
    if buckets is not None:
        parts.append("(" + " | ".join(f"'#{bucket}'" for bucket in buckets) + ")")
    if search.channel:
        parts.append(_quoted(f"~{search.channel}"))
    if months := _months(search):
        parts.append("(" + " | ".join(f"'@{month}'" for month in months) + ")")
    return " & ".join(parts)


def _months(search: Search) -> list[str]:
    """The months between, where there are few."""
    if not search.since:
        return []
    last = (search.until or clock.now()).date()
    month, months = (search.since - timedelta(days=1)).date().replace(day=1), list[str]()
    while month <= last + timedelta(days=1) and len(months) <= MOST_MONTHS:
        months.append(f"{month:%Y%m}")
        month = _next(month)
    return months if len(months) <= MOST_MONTHS else []


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _word(word: str) -> str:
    if re.match(f"[{SIGNS}]", word):
        return "(" + " <-> ".join(map(_quoted, word)) + ")"
    return f"{_quoted(word)}:*"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _by_person(search: Search) -> list[Hit]:
    """Their conversations, the latest first. Two queries."""
    chosen = Conversation.objects.filter(contact__in=search.people or ()).select_related("contact", "assignee")
    narrow = {"state": search.state, "channel": search.channel, "since__gte": search.since, "since__lt": search.until}
    chosen = chosen.filter(**{name: value for name, value in narrow.items() if value})
    return [_as_hit(row) for row in with_last_words(chosen.order_by("-since", "-pk")[:SIZE])]


def _as_hit(row: Row) -> Hit:
    return Hit(row.conversation, row.last, [(row.last.text[: 3 * AROUND], False)] if row.last else [])


_FITS = """
    conversation_id IS NOT NULL AND numnode(to_tsquery('simple', %(words)s)) > 0
    AND crm_dialogue_words(id, channel, at, subject, text)
        @@ (to_tsquery('simple', %(words)s) && %(marks)s::tsquery)
    AND (%(since)s::timestamptz IS NULL OR at >= %(since)s::timestamptz)
    AND (%(until)s::timestamptz IS NULL OR at < %(until)s::timestamptz)
    AND id < %(before)s
"""
_NARROWED = """
    SELECT (SELECT count(*) FROM hit), ARRAY(
        SELECT h.id FROM hit AS h JOIN crm_dialogue_conversation AS c ON c.id = h.conversation_id
        WHERE %(state)s = '' OR c.state = %(state)s ORDER BY h.id DESC LIMIT %(lines)s
    )
"""
# The sum keeps the planner from walking down all lines in the hope of meeting enough of them soon.
_FIND = f"""
    WITH hit AS MATERIALIZED (
        SELECT id, conversation_id FROM crm_dialogue_message WHERE {_FITS} ORDER BY id + 0 DESC LIMIT %(most)s
    ) {_NARROWED}
"""  # noqa: S608 statements of ours
_FIND_OF_PEOPLE = f"""
    WITH theirs AS MATERIALIZED (
        SELECT id, conversation_id, channel, at, subject, text FROM crm_dialogue_message
        WHERE contact_id = ANY(%(people)s::bigint[]) AND conversation_id IS NOT NULL
    ), hit AS MATERIALIZED (SELECT id, conversation_id FROM theirs WHERE {_FITS}) {_NARROWED}
"""  # noqa: S608
