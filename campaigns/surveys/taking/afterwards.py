"""What rooms above do with an answer that is final, and where they lead whoever gave it, instead of nowhere."""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise

from campaigns.surveys.models import Response

type Leads = Callable[[Response], str]
type Hears = Callable[[Response], None]


class Way(NamedTuple):
    """`framed`: the page may stand in the frame of a place, which `?in=` names; any other opens beside it."""

    path: str
    words: str | Promise
    framed: bool = False


_leads: list[tuple[Leads, str | Promise, bool]] = []
_hears: list[Hears] = []


def register(leads: Leads, words: str | Promise, *, framed: bool = False) -> None:
    """`leads` gives the path of a page that shows what came of the survey, or ''; `words` are those of its button."""
    _leads.append((leads, words, framed))


def what_came(response: Response) -> Way | None:
    return next((Way(path, words, framed) for leads, words, framed in _leads if (path := leads(response))), None)


def hear(hears: Hears) -> None:
    """`hears` is called in the transaction that made an answer final, which holds whoever gave it."""
    _hears.append(hears)


def tell(response: Response) -> None:
    for hears in _hears:
        hears(response)
