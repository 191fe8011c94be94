"""Where people stop: on which page those stopped who began and never sent it."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from campaigns.surveys.asked.definition import Definition
from campaigns.surveys.models import Response, Survey


@dataclass(frozen=True, slots=True)
class Stop:
    """A page that was put last, how many stopped there, and of which hundred who had begun."""

    number: int
    title: str
    questions: tuple[str, ...]
    stopped: int
    share: int


def stops(survey: Survey, definition: Definition, *, sent: int) -> list[Stop]:
    """Each page with how many stopped there, in their order; nothing where there is one page, of which nothing is saved
    before it is sent. `sent` were sent in the same time: what is begun is kept for 30 days. One query."""
    pages = definition.pages()
    if len(pages) < 2:
        return []
    begun = Response.objects.filter(survey=survey, state=Response.State.BEGUN)
    found = Counter(dict(begun.values_list("page").annotate(n=Count("id"))))
    of = sent + sum(found.values())
    return [
        Stop(
            number,
            page.head.text if page.head and page.head.text else _("Page %(number)d") % {"number": number},
            tuple(one.text for one in page.questions if one in definition.asking),
            found[page.id],
            round(100 * found[page.id] / of) if of else 0,
        )
        for number, page in enumerate(pages, 1)
    ]
