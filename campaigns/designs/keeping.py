"""What designs are made with: pictures, blocks to be used again, and how everything looks."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from campaigns.designs import pictures
from campaigns.designs.models import Picture, SavedBlock, Style
from campaigns.designs.parse import InvalidContents, Json, Problem, parse_blocks
from campaigns.designs.queries import style

LONGEST_TITLE = 200
DROPPED_KEPT = timedelta(days=30)


def keep_picture(*, file: bytes, title: str, by: str, at: datetime) -> Picture:
    """A picture made anew; the same one is kept once. Raises pictures.NotAPicture and OSError."""
    made = pictures.make_anew(file)
    pictures.keep(made)
    known = {"title": title[:LONGEST_TITLE], "width": made.width, "height": made.height, "size": len(made.data)}
    kept, new = Picture.objects.get_or_create(name=made.name, defaults={**known, "at": at, "by": by[:120]})
    if not new and kept.dropped:
        take_back_pictures(dropped=kept.dropped, name=kept.name)
        kept.refresh_from_db()
    return kept


def drop_pictures(names: Collection[str], *, at: datetime) -> int:
    """Nobody can choose them any more; where they are shown they stay for 30 days, and may be had back. How many."""
    return Picture.objects.filter(name__in=names, dropped=None).update(dropped=at)


def take_back_pictures(*, dropped: datetime, name: str = "") -> int:
    """Those that were dropped at that moment, all or one; how many."""
    found = Picture.objects.filter(dropped=dropped)
    return (found.filter(name=name) if name else found).update(dropped=None)


def clear_pictures(*, at: datetime) -> int:
    """Delete for good what was dropped so long ago: first the file, then its row, so that none is forgotten on the
    disk. How many."""
    cleared = 0
    for picture in Picture.objects.filter(dropped__lte=at - DROPPED_KEPT):
        pictures.delete(picture.name)
        cleared += Picture.objects.filter(pk=picture.pk, dropped__isnull=False).delete()[0]
    return cleared


def keep_block(*, name: str, block: Json, by: str, at: datetime) -> SavedBlock:
    """Raises parse.InvalidContents."""
    [parsed] = parse_blocks([block])
    return SavedBlock.objects.create(name=name[:80], block=parsed, by=by[:120], at=at)


def drop_block(saved: SavedBlock) -> None:
    """Designs that used it keep theirs."""
    saved.delete()


def change_style(*, by: str, at: datetime, **fields: Any) -> Style:
    """The look of everything that is written from now on. Raises parse.InvalidContents."""
    if not _is_logo(fields):
        raise InvalidContents([Problem("logo", "must be one of the pictures")])
    kept = style()
    for name, value in fields.items():
        setattr(kept, name, value)
    kept.changed, kept.by = at, by[:120]
    kept.full_clean()
    kept.save()
    return kept


def _is_logo(fields: Mapping[str, Any]) -> bool:
    logo = fields.get("logo", "")
    return not logo or Picture.objects.filter(name=logo).exists()
