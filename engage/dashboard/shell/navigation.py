"""Where everything is, as data: the rooms at the left, their tabs, and what stands behind the gear."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.offers.queries import any_offer
from crm.contacts.queries import any_company

EVERYBODY = frozenset({"owner", "marketer", "agent"})
WRITERS = frozenset({"owner", "marketer"})
OWNERS = frozenset({"owner"})

ON_A_PHONE = 4
"""How many entries stand at the bottom of a phone, before More."""


@dataclass(frozen=True)
class Tab:
    """A tab of a room: the name of its url, and the query that chooses it among views of the same url.

    The other pages of `package` stand under it too. It stands there only `when` there is something to show.
    """

    label: str | Promise
    url: str
    query: str = ""
    roles: frozenset[str] = EVERYBODY
    package: str = ""
    when: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Entry:
    """A room, by the name of its package, or a page behind the gear or New, by the name of its url.

    `packages` are those whose pages stand in the same room.
    """

    key: str
    label: str | Promise
    url: str
    icon: str
    roles: frozenset[str]
    tabs: tuple[Tab, ...] = ()
    packages: tuple[str, ...] = ()


NAV = (
    Entry("home", _("Home"), "home", "home", EVERYBODY),
    Entry(
        "inbox",
        _("Inbox"),
        "inbox",
        "message-circle",
        EVERYBODY,
        tabs=(
            Tab(_("Needs an answer"), "inbox"),
            Tab(_("Waiting for them"), "inbox", "state=waiting"),
            Tab(_("Later"), "inbox", "state=later"),
            Tab(pgettext_lazy("conversations", "Done"), "inbox", "state=done"),
            Tab(_("Tasks"), "tasks", package="leaving"),
        ),
        packages=("leaving",),
    ),
    Entry(
        "people",
        _("People"),
        "people",
        "users",
        EVERYBODY,
        tabs=(
            Tab(_("Everyone"), "people", package="people"),
            Tab(_("Groups"), "groups", package="groups"),
            Tab(_("Companies"), "companies", package="companies", when=any_company),
            Tab(_("Import"), "import_people", roles=WRITERS, package="imports"),
            Tab(_("At the counter"), "counter", package="counter", when=any_offer),
        ),
        packages=("person", "groups", "imports", "companies", "counter"),
    ),
    Entry(
        "messages",
        _("Messages"),
        "messages",
        "send",
        WRITERS,
        tabs=(
            Tab(_("Going out"), "messages"),
            Tab(_("One-off"), "broadcasts", package="broadcasts"),
            Tab(_("Sent and not sent"), "sent"),
            Tab(_("Designs"), "designs", package="designs"),
            Tab(_("Outbox"), "outbox"),
            Tab(_("Could not be read"), "unreadable"),
        ),
        packages=("broadcasts", "designs"),
    ),
    Entry(
        "journeys",
        _("Journeys"),
        "journeys",
        "route",
        WRITERS,
        tabs=(
            Tab(pgettext_lazy("journeys", "Running"), "journeys"),
            Tab(_("Recipes"), "recipes"),
            Tab(_("Drafts"), "journey_drafts"),
        ),
    ),
    Entry(
        "surveys",
        _("Surveys"),
        "surveys",
        "clipboard-list",
        WRITERS,
        tabs=(
            Tab(_("Surveys"), "surveys", package="surveys"),
            Tab(_("Sign-up forms"), "sign_up_forms", package="surveys"),
            Tab(_("Polls"), "polls", package="polls"),
            Tab(_("Contests"), "contests", package="contests"),
            Tab(_("Board"), "suggestions", package="board"),
        ),
        packages=("board", "contests", "polls"),
    ),
    Entry(
        "shop",
        _("Shop"),
        "shop_products",
        "building-store",
        WRITERS,
        tabs=(
            Tab(_("Products"), "shop_products"),
            Tab(_("Orders"), "shop_orders"),
            Tab(_("Offers"), "offers", package="offers"),
        ),
        packages=("offers",),
    ),
)

GEAR = (
    Entry("settings_business", _("Business"), "settings_business", "building-store", OWNERS),
    Entry("settings_sending", _("Sending"), "settings_sending", "mail", OWNERS),
    Entry("settings_website", _("Website"), "settings_website", "world", OWNERS),
    Entry("settings_team", _("Team"), "settings_team", "users", OWNERS),
    Entry("settings_hours", _("Hours"), "settings_hours", "clock", OWNERS),
    Entry("settings_limits", _("Permissions and limits"), "settings_limits", "shield-check", OWNERS),
    Entry("settings_faq", _("Questions and answers"), "settings_faq", "message-circle", OWNERS),
    Entry("settings_enquiries", _("Enquiries"), "settings_enquiries", "message-circle", OWNERS),
    Entry("settings_replies", _("Saved replies"), "settings_replies", "message-circle", WRITERS),
    Entry("settings_memory", _("What we remember"), "settings_memory", "note", WRITERS, packages=("remembering",)),
    Entry("settings_health", _("Health"), "settings_health", "activity", WRITERS),
    Entry("settings_changes", _("Changes"), "settings_changes", "edit", OWNERS),
    Entry("settings_keys", _("Developer"), "settings_keys", "code", OWNERS),
)

NEW = (
    Entry("new_person", _("Person"), "new_person", "user-plus", EVERYBODY),
    Entry("new_broadcast", _("One-off message"), "new_broadcast", "send", WRITERS),
    Entry("recipes", _("Journey"), "recipes", "route", WRITERS),
    Entry("new_survey", _("Survey"), "new_survey", "clipboard-list", WRITERS),
)
