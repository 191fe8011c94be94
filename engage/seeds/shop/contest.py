"""A contest of the demo shop that goes on: the nicest coffee corner, with photos from above, and votes for them."""

import io
from datetime import timedelta
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter

from campaigns.contests import actions, deciding, form
from campaigns.contests.models import Contest, Entry
from campaigns.contests.voting import networks, suspecting, votes
from campaigns.offers.models import Offer
from campaigns.surveys.asked.kinds.kind import Answer
from campaigns.surveys.asked.kinds.special import SIZE, Photo
from campaigns.surveys.asked.parse import parse
from campaigns.surveys.limits.limits import Once
from campaigns.surveys.links import Visitor
from campaigns.surveys.origins import MAIL
from campaigns.surveys.taking import recording
from crm.contacts.actions import Owner
from crm.dialogue.models import Message, Outbox
from engage.lib import clock, ids
from engage.lib.pictures import thumbnail
from engage.seeds.shop import gifts
from engage.seeds.shop.chance import lot
from engage.seeds.shop.scene import Scene

BY = "Max Reed"
TITLE = "Your coffee corner"
INTRO = "Show us where you drink your first cup of the day. You vote, and the nicest corner wins."
TERMS = (
    "Everybody of 16 and more may enter one photo of their own. We show it on this page until the contest has ended, "
    "and delete it 30 days later. Copper Kettle, 14 Quay Lane, runs it."
)
PRIZES = ("A bag of coffee every month for a year", "Two bags of Harbour", gifts.MUG)


class Corner(NamedTuple):
    caption: str
    name: str
    table: str
    cup: str
    votes: int
    standing: str = "shown"


CORNERS = (
    Corner("Half past six, before anybody is up", "Ruth", "#8a5a3c", "#f4efe6", 9),
    Corner("The window seat", "Tom", "#b98b5e", "#3f6f7f", 7),
    Corner("On the roof, with a view of the harbour", "", "#6d7478", "#d9b44a", 5),
    Corner("My grandmother's table", "Iris", "#5b3a29", "#c8553d", 11),
    Corner("Camping counts too", "Ben", "#55613f", "#e9e4d8", 4),
    Corner("Between two shelves of books", "", "#7a4b3a", "#2f3e46", 3),
    Corner("The kitchen floor, do not ask", "Mia", "#c9c2b6", "#7f9c72", 2),
    Corner("Our new balcony", "Leo", "#a4714f", "#e8c7b7", 0, "waiting"),
    Corner("Coffee and crosswords", "", "#94785a", "#51748c", 0, "waiting"),
    Corner("buy cheap watches", "", "#303030", "#c0c0c0", 0, "refused"),
)
BEGUN = timedelta(days=25)
FROM_ONE_PLACE = 6
"""So many of the votes for the first came from one network within minutes: the owner is shown them."""


def happen(scene: Scene, people: list[int], asked: dict[int, Message]) -> list[int]:
    """Ten entered by the link in a letter, others voted. Who voted from one place at one hour."""
    begun = scene.now - BEGUN
    offers = dict(Offer.objects.values_list("name", "key"))
    rules = actions.Rules(
        terms=TERMS,
        closes=scene.now + timedelta(days=9),
        votes_close=scene.now + timedelta(days=16),
        prizes=[actions.Promised(words, offers.get(words, "")) for words in PRIZES],
    )
    made = actions.make(title=TITLE, intro=INTRO, once=Once.ADDRESS, rules=rules, by=BY, at=begun)
    actions.publish(contest=made, by=BY, at=begun)
    contest = Contest.objects.select_related("survey__current").get(pk=made.pk)
    turns = iter(people)
    entries = [_enter(contest, corner, asked[next(turns)]) for corner in CORNERS]
    for entry, corner in zip(entries, CORNERS, strict=True):
        if corner.standing != Entry.Standing.WAITING:
            reason = "This is no coffee corner." if corner.standing == Entry.Standing.REFUSED else ""
            deciding.decide(
                contest=contest, entries=[entry.uid], standing=corner.standing, reason=reason, by=BY, at=clock.now()
            )
    Outbox.objects.filter(message__origin=f"contest:{contest.uid}").update(due=clock.now())  # none is taken back
    together: list[int] = []
    for number, (entry, corner) in enumerate(zip(entries, CORNERS, strict=True)):
        for place in range(corner.votes):
            at_once = number == 0 and place < FROM_ONE_PLACE
            network = networks.hashed(contest, "192.0.2.7" if at_once else f"198.51.{number}.{place}")
            voter = next(turns)
            votes.give(entry=entry, owner=Owner(voter, voter), network=network, at=clock.now())
            if at_once:
                together.append(voter)
    suspecting.look(contest, clock.now())
    return together


def _enter(contest: Contest, corner: Corner, message: Message) -> Entry:
    version = contest.survey.current
    assert version is not None  # it was published
    made = thumbnail(picture(corner), SIZE)
    assert made is not None
    answers = {
        form.PHOTO: Photo().answer(ids.uuid7(), made),
        form.CAPTION: _words(corner.caption),
        form.FIRST_NAME: _words(corner.name),
        form.RIGHTS: Answer("yes", ("1",), "Yes"),
    }
    asked = {one.id for one in parse(version.definition).questions}
    assert asked == answers.keys()
    response = recording.answer(
        version=version,
        visitor=Visitor(f"message:{message.uid}", message, MAIL),
        answers={id: given for id, given in answers.items() if given.value},
        at=clock.now(),
    )
    assert response is not None
    return Entry.objects.get(response=response)


def _words(text: str) -> Answer:
    return Answer(text, (text,), text)


def picture(corner: Corner) -> bytes:
    """A cup on a table, seen from above: JPEG."""
    rng = lot(corner.caption)
    wide, high = 960, 720
    image = Image.new("RGB", (wide, high), corner.table)
    draw = ImageDraw.Draw(image)
    for left in range(0, wide, 160):
        draw.rectangle((left, 0, left + 157, high), fill=_shade(corner.table, 0.94 + 0.12 * rng.random()))
        draw.line((left, 0, left, high), fill=_shade(corner.table, 0.7), width=3)
    x, y, r = rng.randint(380, 580), rng.randint(320, 400), rng.randint(150, 190)
    shadow = Image.new("L", (wide, high), 0)
    ImageDraw.Draw(shadow).ellipse((x - 1.5 * r + 26, y - 1.5 * r + 34, x + 1.5 * r + 26, y + 1.5 * r + 34), fill=130)
    image.paste("#1c1410", mask=shadow.filter(ImageFilter.GaussianBlur(22)))
    draw.ellipse((x - 1.5 * r, y - 1.5 * r, x + 1.5 * r, y + 1.5 * r), fill=_shade(corner.cup, 0.9))
    draw.ellipse((x - 1.15 * r, y - 1.15 * r, x + 1.15 * r, y + 1.15 * r), fill=_shade(corner.cup, 0.8))
    draw.rounded_rectangle((x + 0.8 * r, y - 0.16 * r, x + 1.42 * r, y + 0.16 * r), 20, fill=corner.cup)
    draw.ellipse((x - r, y - r, x + r, y + r), fill=corner.cup)
    draw.ellipse((x - 0.86 * r, y - 0.86 * r, x + 0.86 * r, y + 0.86 * r), fill="#4a2a18")
    draw.ellipse((x - 0.78 * r, y - 0.78 * r, x + 0.78 * r, y + 0.78 * r), fill="#7a4a2b")
    for side in (-1, 1):
        draw.ellipse(
            (x + side * 0.2 * r - 0.26 * r, y - 0.4 * r, x + side * 0.2 * r + 0.26 * r, y + 0.1 * r), "#e9d3b4"
        )
    draw.polygon((x - 0.44 * r, y - 0.06 * r, x + 0.44 * r, y - 0.06 * r, x, y + 0.52 * r), fill="#e9d3b4")
    for _biscuit in range(rng.randint(0, 3)):
        left, top = rng.randint(40, 220), rng.randint(60, 600)
        draw.ellipse((left, top, left + 92, top + 92), fill="#c9995c", outline="#9d713b", width=5)
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1)).save(out, "JPEG", quality=88)
    return out.getvalue()


def _shade(colour: str, by: float) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return tuple(min(255, int(part * by)) for part in (red, green, blue))  # type: ignore[return-value]
