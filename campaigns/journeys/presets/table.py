"""What starts a journey, in the words of owners."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.journeys.presets import words
from campaigns.journeys.presets.events import EVENTS
from campaigns.journeys.presets.pattern import Preset, Slot, Text
from campaigns.journeys.presets.words import typed

HELP_SHIFT = _("With a minus: days before it. 0: on the day itself, from midnight where they live.")
SHIFT = Slot("shift", _("Days after it"), int, 0, HELP_SHIFT)
KEY = Slot("key", _("What we remember"), of="keys")
SURVEY = Slot("survey", _("Survey"), of="surveys")
QUESTION = Slot("question", _("Question"), of="questions", prefix="answer_")
SEGMENT = Slot("segment", _("Group"), of="segments")
PRODUCT = Slot("product", _("Product"), help=_("Its number in your shop."))
DAYS = Slot("days", _("Days"), int, 60)
NTH = Slot("n", _("Which order"), int, 1, _("1: the first, imported ones counted."))
EVENT = Slot("event", _("What"), initial="Page Viewed", help=_("The event, by its name: upper and lower case count."))


def _is(name: Any, value: Any, op: str = "is") -> dict[str, Any]:
    return {"property": name, "op": op, "value": value}


def _plain(key: str, label: Text, event: str) -> Preset:
    return Preset(key, label, event, lambda values: str(EVENTS[event]))


_SEEN_OFTEN = {
    "did": "event",
    "name": "Product Viewed",
    "where": [_is("product_id", PRODUCT)],
    "within": {"days": Slot("within", _("Within how many days"), int, 7)},
    "count": {"op": "at_least", "value": Slot("times", _("How many times"), int, 3)},
}

SHOP = (
    _plain("ordered", _("Order placed"), "Order Completed"),
    Preset(
        "nth_order",
        _("First order, or a later one"),
        "Order Completed",
        words.nth_order,
        ({"did": "order", "count": {"op": "is", "value": NTH}},),
    ),
    Preset(
        "order_over",
        _("Order of some size placed"),
        "Order Completed",
        typed(_("an order of {total} or more is placed")),
        (_is("total", Slot("total", _("Total at least"), int, 50), "at_least"),),
    ),
    Preset(
        "order_with",
        _("Order with a product in it placed"),
        "Order Completed",
        typed(_("an order with “{product}” in it is placed")),
        (_is("product_ids", [PRODUCT], "includes"),),
    ),
    _plain("refunded", _("Order given back"), "Order Refunded"),
    _plain("offered", _("Is given an offer"), "Offer Given"),
    _plain("offer_used", _("Uses an offer"), "Offer Used"),
    _plain("checkout", _("Checkout begun"), "Checkout Started"),
    Preset(
        "cart_left",
        _("Cart left"),
        "Cart Left",
        words.cart_left,
        (_is("hours", Slot("hours", _("Hours without an order"), int, 4)),),
        recurs=True,
    ),
    _plain("viewed", _("Product looked at"), "Product Viewed"),
    Preset(
        "viewed_often",
        _("Product looked at several times"),
        "Product Viewed",
        typed(_("“{product}” is looked at {times} times within {within} days")),
        (_is("product_id", PRODUCT), _SEEN_OFTEN),
    ),
    _plain("searching", _("Searched for something"), "Products Searched"),
    Preset(
        "searched",
        _("Searched for some words"),
        "Products Searched",
        typed(_("“{words}” is searched for")),
        (_is("query", Slot("words", _("Words")), "contains"),),
    ),
    _plain("price_dropped", _("Price dropped of what they looked at"), "Price Dropped"),
    _plain("back_in_stock", _("Back in stock what they looked at"), "Back In Stock"),
)

TIME = (
    Preset(
        "away",
        _("Has not ordered for some days"),
        "Stayed Away",
        words.away,
        (_is("event", "Order Completed"), _is("days", DAYS)),
        recurs=True,
    ),
    Preset(
        "not_done",
        _("Has not done something for some days"),
        "Stayed Away",
        words.not_done,
        (_is("event", EVENT), _is("days", DAYS)),
        recurs=True,
    ),
    Preset(
        "birthday",
        _("Birthday"),
        "Date Came",
        words.birthday,
        (_is("key", "birthday"), _is("yearly", True), _is("shift", SHIFT)),
        recurs=True,
    ),
    Preset(
        "anniversary",
        _("A date that we remember, each year"),
        "Date Came",
        words.anniversary,
        (_is("key", KEY), _is("yearly", True), _is("shift", SHIFT)),
        recurs=True,
    ),
    Preset(
        "date",
        _("A date that we remember, once"),
        "Date Came",
        words.date,
        (_is("key", KEY), _is("yearly", False), _is("shift", SHIFT)),
    ),
    Preset(
        "stale",
        _("Something is to be asked again"),
        "Preference Stale",
        typed(_("“{key}” is to be asked again")),
        (_is("key", KEY),),
        recurs=True,
    ),
)

TOLD = (
    Preset(
        "answered",
        _("Survey answered"),
        "Survey Answered",
        typed(_("the survey “{survey}” is answered")),
        (_is("survey", SURVEY),),
    ),
    Preset(
        "answered_so",
        _("Survey answered in some way"),
        "Survey Answered",
        typed(_("“{question}” of the survey “{survey}” is answered with “{answer}”")),
        (_is("survey", SURVEY), _is(QUESTION, Slot("answer", _("Answer")))),
    ),
    Preset(
        "scored_low",
        _("Survey answered with a low score"),
        "Survey Answered",
        typed(_("“{question}” of the survey “{survey}” is given {most} or less")),
        (_is("survey", SURVEY), _is(QUESTION, Slot("most", _("At most"), int, 2), "at_most")),
    ),
    Preset(
        "changed_answer",
        _("Survey answer changed"),
        "Survey Answer Changed",
        typed(_("an answer to the survey “{survey}” is changed")),
        (_is("survey", SURVEY),),
    ),
    Preset(
        "screened_out",
        _("Screened out of a survey"),
        "Survey Screened Out",
        typed(_("somebody is screened out of the survey “{survey}”")),
        (_is("survey", SURVEY),),
    ),
    _plain("suggested", _("Suggests something"), "Suggestion Made"),
    _plain("voted", _("Votes for a suggestion"), "Suggestion Voted"),
    _plain("entered_contest", _("Enters a contest"), "Contest Entered"),
    _plain("won_contest", _("Wins a contest"), "Contest Won"),
    _plain("contest_ended", _("A contest they took part in has ended"), "Contest Ended"),
    _plain("told", _("Tells us something"), "Preference Stated"),
    Preset(
        "told_about",
        _("Tells us something in particular"),
        "Preference Stated",
        typed(_("somebody tells us “{key}”")),
        (_is("key", KEY),),
    ),
    Preset(
        "told_otherwise",
        _("Tells us something else than before"),
        "Preference Stated",
        typed(_("somebody tells us another “{key}” than before")),
        (_is("changed", True), _is("key", KEY)),
    ),
    _plain("replied", _("Replies to a message"), "Message Replied"),
    _plain("clicked", _("Opens a link in a message"), "Message Clicked"),
    _plain("opened", _("Opens a message, where opens are noted"), "Message Opened"),
    _plain("talk_begins", _("Conversation begins"), "Conversation Opened"),
    _plain("talk_ends", _("Conversation ends"), "Conversation Closed"),
    _plain("rated", _("Rates a conversation"), "Conversation Rated"),
    Preset(
        "rated_low",
        _("Rates a conversation with few stars"),
        "Conversation Rated",
        typed(_("a conversation is given {most} stars or fewer")),
        (_is("stars", Slot("most", _("At most"), int, 2), "at_most"),),
    ),
    _plain("person_wanted", _("Asks for a person"), "Person Wanted"),
    _plain("asks", _("Asks a question of your list"), "Question Recognised"),
    _plain("writes_about", _("Writes to us, about a subject"), "Enquiry Received"),
    _plain("may_leave", _("May be leaving"), "Leaving Enquiry"),
    Preset(
        "stayed",
        _("Stays, who may have been leaving"),
        "Leaving Enquiry Closed",
        typed(_("somebody who may have been leaving stays")),
        (_is("outcome", "stayed"),),
    ),
    Preset(
        "left",
        _("Has left us"),
        "Leaving Enquiry Closed",
        typed(_("a colleague says that somebody has left us")),
        (_is("outcome", "left"),),
    ),
)

PEOPLE = (
    _plain("signed_up", _("Signs up"), "Signed Up"),
    _plain("permission", _("Gives permission"), "Permission Given"),
    Preset(
        "joins",
        _("Joins a group"),
        "Segment Entered",
        words.group(_("somebody joins the group “{group}”")),
        (_is("segment", SEGMENT),),
    ),
    Preset(
        "leaves",
        _("Leaves a group"),
        "Segment Left",
        words.group(_("somebody leaves the group “{group}”")),
        (_is("segment", SEGMENT),),
    ),
    _plain("visited", _("Page looked at"), "Page Viewed"),
)

SHELVES: tuple[tuple[Text, tuple[Preset, ...]], ...] = (
    (_("In the shop"), SHOP),
    (_("In time"), TIME),
    (_("What they tell us"), TOLD),
    (_("Who they are"), PEOPLE),
)
PRESETS = {preset.key: preset for _label, presets in SHELVES for preset in presets}
