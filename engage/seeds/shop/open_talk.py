"""The nine conversations that are open: words, and how long ago each was said."""

from dataclasses import dataclass
from datetime import timedelta

from engage.seeds.shop.enquiries import STOPPING
from engage.seeds.shop.people import Group


@dataclass(frozen=True, slots=True)
class Line:
    """`side` is said, answered or noted; `by` the colleague's role; `channel` if it is another than before."""

    side: str
    text: str
    ago: timedelta
    by: str = "agent"
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """`later`: put off for so long. `holds`: our messages to this person wait behind it. `chosen`: `subject` is one of
    those that the page offers. `stars`: it began with so few for an order, and the first line beneath them."""

    channel: str
    subject: str
    lines: tuple[Line, ...]
    language: str = "en"
    groups: frozenset[Group] = frozenset()
    later: timedelta | None = None
    holds: bool = False
    chosen: bool = False
    stars: int = 0


def _ago(hours: float = 0, minutes: float = 0) -> timedelta:
    return timedelta(hours=hours, minutes=minutes)


REPEATERS = frozenset({Group.FEW, Group.REGULAR})
OPEN = (
    Open(
        "email",
        "Grind for a V60",
        (
            Line(
                "said",
                "I have just ordered the Sidamo again. Could you grind it for a V60 this time? I am between grinders.",
                _ago(hours=3),
            ),
        ),
        groups=REPEATERS,
    ),
    Open(
        "survey",
        "Your order",
        (
            Line("said", "Arrived stale. The date on the bag is six weeks old.", _ago(hours=1, minutes=50)),
            Line("noted", "Same batch as two others last week. Offer a fresh bag.", _ago(minutes=95)),
        ),
        stars=2,
    ),
    Open(
        "chat",
        "Water for green tea",
        (
            Line("said", "Is there anybody? How hot for the Genmaicha?", _ago(hours=6)),
            Line("answered", "80 degrees, one minute. You had gone, so I write it to you.", _ago(hours=5, minutes=40)),
        ),
    ),
    Open(
        "email",
        "Parcel did not arrive",
        (
            Line(
                "said", "My parcel of last week never came, so I ordered again. Can you find the first?", _ago(hours=30)
            ),
            Line("answered", "I have asked the carrier. I let you know tomorrow, whatever they say.", _ago(hours=28)),
        ),
        later=_ago(hours=18),
        holds=True,
    ),
    Open(
        "site",
        STOPPING,
        (Line("said", "How do I stop my subscription? I cannot find it on the website.", _ago(minutes=40)),),
        chosen=True,
    ),
    Open(
        "email",
        "A quote for our café",
        (
            Line(
                "said",
                "We need about 12 kg a month from next month, half of it decaf. What would you ask?",
                _ago(hours=26),
            ),
            Line(
                "answered",
                "For 12 kg it is £19.50 the kilo, decaf £21, brought every other Tuesday. Shall we bring samples?",
                _ago(hours=4),
                by="owner",
            ),
        ),
        groups=frozenset({Group.CAFE}),
    ),
    Open(
        "email",
        "Café descafeinado",
        (
            Line(
                "said",
                "Hola, ¿tenéis otra vez el descafeinado para espresso? La última vez estaba agotado.",
                _ago(minutes=25),
            ),
        ),
        language="es",
    ),
    Open(
        "email",
        "礼盒",
        (
            Line("said", "你好，六种茶的礼盒可以换成三种乌龙茶吗？", _ago(hours=22)),
            Line("answered", "可以的，价格不变。您要什么时候寄出？", _ago(hours=20)),
        ),
        language="zh",
    ),
    Open(
        "counter",
        "Geisha",
        (
            Line(
                "said", "She wants to be told when the Geisha is back, and would take two.", _ago(hours=2), by="agent"
            ),
            Line("noted", "The next sack comes in two weeks.", _ago(hours=2), by="agent"),
        ),
        later=_ago(hours=48),
    ),
)
