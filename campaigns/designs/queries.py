"""Designs as they are read."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet

from campaigns.designs.look import Look
from campaigns.designs.models import Design, Picture, SavedBlock, Style
from crm.business.models import Business


def designs() -> QuerySet[Design]:
    """Those in use, the latest changed first."""
    return Design.objects.filter(put_away=None).order_by("-changed", "-id")


def design_of(uid: UUID) -> Design | None:
    """In use or put away. One query."""
    return Design.objects.filter(uid=uid).first()


def designs_of(uids: Iterable[UUID]) -> list[Design]:
    """Those of them that there are, in use or put away. One query."""
    return list(Design.objects.filter(uid__in=set(uids)))


def style() -> Style:
    """The one row, made on first use. One query."""
    return Style.objects.get_or_create(pk=1)[0]


def look(shop: Business) -> Look:
    """How everything looks. One query."""
    kept = style()
    return Look(
        name=shop.name,
        colour=shop.colour,
        background=kept.background,
        font=kept.font,
        logo=kept.logo,
        footer=kept.footer,
        social=tuple((label, address) for label, address in kept.social),
    )


def pictures() -> QuerySet[Picture]:
    """Those to choose from, the latest first."""
    return Picture.objects.filter(dropped=None).order_by("-id")


def saved_blocks() -> QuerySet[SavedBlock]:
    return SavedBlock.objects.order_by("name", "id")


def in_language[T](of: Mapping[str, T], wanted: str, fallback: str) -> T:
    """What there is in the language that somebody wants, or in one much like it; else in `fallback`, which is there."""
    return of[choose(of, wanted, fallback)]


def choose(languages: Collection[str], wanted: str, fallback: str) -> str:
    """`es` serves who wants `es-mx`, and `zh-hans` who wants `zh`."""
    wanted = wanted.lower()
    root = wanted.split("-")[0]
    like = (language for language in languages if root and language.split("-")[0] == root)
    return wanted if wanted in languages else root if root in languages else next(like, fallback)
