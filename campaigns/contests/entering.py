"""An answer to a contest's form becomes an entry, once; what is changed is looked at again."""

from campaigns.contests.actions import STREAM
from campaigns.contests.changes import remember
from campaigns.contests.form import CAPTION, FIRST_NAME, LONGEST_CAPTION, LONGEST_NAME, PHOTO, RIGHTS
from campaigns.contests.locking import held_open
from campaigns.contests.models import Contest, Entry, Small
from campaigns.contests.sharing.counting import brought_entry
from campaigns.surveys.models import Photo, Response
from crm.dialogue.queries import is_blocked
from crm.events.actions import Fact, derive
from engage.lib import live, plain
from engage.lib.pictures import measured, thumbnail

ENTERED = "Contest Entered"
SMALL = (600, 600)
Standing = Entry.Standing


def enter(response: Response) -> None:
    """Within the transaction that made the answer final. Of somebody whom we do not answer it is kept, and nobody is
    shown it. Once the contest has ended nothing more comes in."""
    if not {PHOTO, RIGHTS} <= response.answers.keys() or response.contact_id is None:
        return
    contest = held_open(response.survey_id)
    photo = Photo.objects.filter(response=response, question=PHOTO).first() if contest else None
    if contest is None or photo is None or contest.ended or contest.listed:
        return
    theirs = Entry.objects.filter(contest=contest, contact=response.contact_id)
    former = list(theirs.filter(response__state=Response.State.REPLACED).order_by("id"))
    entry = former[0] if former else Entry(contest=contest)
    Entry.objects.filter(pk__in=[one.pk for one in former[1:]]).delete()
    if former:
        remember(entry)
    entry.response, entry.photo = response, photo
    entry.contact_id, entry.recorded_for_id = response.contact_id, response.recorded_for_id or response.contact_id
    entry.caption = _words(response, CAPTION)[:LONGEST_CAPTION]
    entry.shown_as = _words(response, FIRST_NAME)[:LONGEST_NAME]
    entry.at = response.finished or response.started
    blocked = is_blocked(response.contact_id)
    entry.standing = Standing.REFUSED if blocked else Standing.WAITING
    entry.reason, entry.decided, entry.decided_by, entry.before = "", entry.at if blocked else None, "", {}
    entry.save()
    make_small(entry, photo)
    if not former:
        brought_entry(contest.pk, response.origin, entry.contact_id)
    if not former and not blocked:
        _tell(entry, contest, response)
    live.publish(STREAM, {"contest": contest.uid})


def make_small(entry: Entry, photo: Photo) -> None:
    made = thumbnail(bytes(photo.data), SMALL)
    Small.objects.filter(entry=entry).delete()
    if made:
        width, height = measured(made[0])
        Small.objects.create(entry=entry, data=made[0], kind=made[1], width=width, height=height)


def _words(response: Response, id: str) -> str:
    return plain.line(str(response.answers.get(id, {}).get("words", "")))


def _tell(entry: Entry, contest: Contest, response: Response) -> None:
    """The fact for triggers and rules."""
    fact = Fact(
        contact=entry.contact_id,
        recorded_for=entry.recorded_for_id,
        name=ENTERED,
        at=entry.at,
        message_id=f"contest:{entry.uid}:entered",
        properties={"contest": response.survey.key, "title": response.survey.title, "entry": str(entry.uid)},
    )
    derive([fact], cause=f"contest:{contest.uid}")
