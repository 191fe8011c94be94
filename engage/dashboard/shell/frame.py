"""What the frame around every page of the dashboard shows to one colleague."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from crm.business import queries as business_queries
from crm.business.hours import week_of
from crm.business.models import Business
from crm.dialogue.lists import COUNTED, waiting
from engage.dashboard.shell.navigation import GEAR, NAV, NEW, ON_A_PHONE, Entry, Tab
from engage.lib import clock


@dataclass(frozen=True)
class Link:
    """An entry or a tab as it stands on this page. `count` is 0 where nothing is counted, 999+ where there are more."""

    key: str
    label: str
    url: str
    icon: str = ""
    current: bool = False
    count: int | str = 0


class Frame:
    """Navigation, counts, and whether we are in the demo, in Test or Live. Two queries, made when first read."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def business(self) -> Business:
        return business_queries.business()

    @cached_property
    def mode(self) -> str:
        """`demo`, `test` or `live`."""
        if self.business.demo:
            return "demo"
        return "live" if self.business.live else "test"

    @cached_property
    def closed_until(self) -> date | None:
        """Until when the shop is closed by the switch."""
        closed = week_of(self.business).is_closed(clock.now())
        return self.business.closed_until if closed else None

    @cached_property
    def role(self) -> str:
        return getattr(self.request.user, "role", "")

    @cached_property
    def counts(self) -> dict[str, int | str]:
        return {"inbox": capped(waiting())}

    @cached_property
    def entries(self) -> list[Link]:
        return self._links(NAV)

    @property
    def on_a_phone(self) -> list[Link]:
        return self.entries[:ON_A_PHONE]

    @property
    def under_more(self) -> list[Link]:
        return self.entries[ON_A_PHONE:]

    @cached_property
    def gear(self) -> list[Link]:
        return self._links(GEAR)

    @cached_property
    def new(self) -> list[Link]:
        return self._links(NEW)

    @cached_property
    def room(self) -> Entry | None:
        """The room this page stands in, or None for pages of no room."""
        return next((entry for entry in NAV if self._is_in(entry)), None)

    @cached_property
    def tabs(self) -> list[Link]:
        """The tabs of this room; the current one fits url and query best, or has this page's package: where several
        have it, the one that the view named as `request.tab`, else the first."""
        if self.room is None:
            return []
        shown = [tab for tab in self.room.tabs if self.role in tab.roles and (tab.when is None or tab.when())]
        found = [(tab, url) for tab in shown if (url := _url(tab.url))]
        of_package = [tab for tab, _ in found if tab.package and tab.package == self._package]
        wanted = getattr(self.request, "tab", "")
        near = next((tab for tab in of_package if tab.url == wanted), next(iter(of_package), None))
        current = max((tab for tab, _ in found if self._shows(tab)), key=lambda tab: len(tab.query), default=near)
        return [
            Link(tab.url, str(tab.label), f"{url}?{tab.query}" if tab.query else url, current=tab is current)
            for tab, url in found
        ]

    def _links(self, entries: tuple[Entry, ...]) -> list[Link]:
        return [
            Link(
                entry.key,
                str(entry.label),
                url,
                entry.icon,
                current=self._is_in(entry),
                count=self.counts.get(entry.key, 0),
            )
            for entry in entries
            if self.role in entry.roles and (url := _url(entry.url))
        ]

    @cached_property
    def _here(self) -> str:
        match = self.request.resolver_match
        return (match.url_name or "") if match else ""

    @cached_property
    def _package(self) -> str:
        """The package of the room whose view answers, such as `inbox`."""
        match = self.request.resolver_match
        parts = match.func.__module__.split(".") if match else []
        return parts[2] if parts[:2] == ["engage", "dashboard"] and len(parts) > 2 else ""

    def _is_in(self, entry: Entry) -> bool:
        if entry in NAV or entry.packages:
            return self._package in (entry.key, *entry.packages)
        return entry.url == self._here

    def _shows(self, tab: Tab) -> bool:
        wanted = QueryDict(tab.query)
        return tab.url == self._here and all(self.request.GET.get(name) == wanted[name] for name in wanted)


def capped(count: int) -> int | str:
    """How it stands on a page where nobody counted further than COUNTED."""
    return count if count < COUNTED else f"{COUNTED - 1}+"


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor. Lazy: a page that does not read `frame` pays nothing."""
    return {"frame": SimpleLazyObject(lambda: Frame(request))}


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
