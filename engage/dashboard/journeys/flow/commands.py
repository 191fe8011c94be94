"""What the buttons of the flow do to a draft: "insert:wait:ask.next", "up:pause", "sure:remove:known"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from campaigns.journeys import edits
from campaigns.journeys.edits import Refused
from campaigns.journeys.ways import main_way, steps_of
from engage.dashboard.journeys.flow.cards import Card, Flow
from engage.dashboard.journeys.flow.kinds import NoOffer, NoOther, NoQuestion, begun

type Json = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """The draft afterwards, and which form to open then, '' for none."""

    draft: Json
    open: str = ""


@dataclass(frozen=True)
class Command:
    """`said` is what the form had besides; `taken` are names of steps that versions have used."""

    flow: Flow
    verb: str
    of: str
    place: str
    said: Mapping[str, str]
    taken: frozenset[str]
    sure: bool

    @property
    def draft(self) -> Json:
        return self.flow.draft


def carry_out(do: str, flow: Flow, said: Mapping[str, str], taken: frozenset[str]) -> Done:
    """Raises Refused, and WouldLose where it asks first."""
    sure = do.startswith("sure:")
    verb, of, place = [*do.removeprefix("sure:").split(":"), "", "", ""][:3]
    if verb not in COMMANDS:
        raise Refused(_("Nothing was changed."))
    return COMMANDS[verb](Command(flow, verb, of, place, said, taken, sure))


def _insert(command: Command) -> Done:
    try:
        chain = begun(command.of)
    except KeyError:
        raise Refused(_("There is no such step.")) from None
    except NoQuestion:
        raise Refused(_("Make a question first: there is none that one tap answers.")) from None
    except NoOther:
        raise Refused(_("Publish another journey first: there is none yet.")) from None
    except NoOffer:
        raise Refused(_("Make an offer first: there is none that is given now.")) from None
    draft, name = edits.insert(command.draft, command.place, chain, taken=command.taken, sure=command.sure)
    return Done(draft, name)


def _remove(command: Command) -> Done:
    return Done(edits.remove(command.draft, command.of, keep=command.place, sure=command.sure))


def _move(command: Command) -> Done:
    return Done(edits.move(command.draft, command.of, command.place or command.said.get("to", "")))


def _up(command: Command) -> Done:
    """To the place before the card above."""
    above, _mine = _neighbours(command)
    if above is None:
        raise Refused(_("It stands at the top already."))
    return Done(edits.move(command.draft, command.of, above.way))


def _down(command: Command) -> Done:
    """To the place behind the card below; of one that parts, into its first lane."""
    _above, mine = _neighbours(command)
    steps = steps_of(command.draft)
    way = main_way(command.of, steps[command.of])
    below = next((card for card in mine if card.number == command.flow.numbers[command.of] + 1), None)
    if not way or below is None or not (after := main_way(below.name, steps[below.name])):
        raise Refused(_("It cannot go further down: an end comes next."))
    return Done(edits.move(command.draft, command.of, after))


def _neighbours(command: Command) -> tuple[Card | None, list[Card]]:
    cards = list(command.flow.cards())
    number = command.flow.numbers.get(command.of)
    if number is None:
        raise Refused(_("That step is not there any more."))
    return next((card for card in cards if card.number == number - 1), None), cards


def _copy(command: Command) -> Done:
    draft, name = edits.duplicate(command.draft, command.of, taken=command.taken)
    return Done(draft, name)


def _connect(command: Command) -> Done:
    return Done(edits.connect(command.draft, command.of, command.said.get("on", ""), sure=command.sure), command.place)


def _exit(command: Command) -> Done:
    draft = edits.add_way(command.draft, command.of, {"event": "Order Completed"})
    last = len(steps_of(draft)[command.of]["exits"]) - 1
    return Done(draft, f"{command.of}.exits.{last}")


def _arm(command: Command) -> Done:
    return Done(edits.add_arm(command.draft, command.of), command.of)


def _take(command: Command) -> Done:
    return Done(edits.take_way(command.draft, command.of, sure=command.sure), command.of.partition(".")[0])


def _goal(command: Command) -> Done:
    return Done(edits.change_whole(command.draft, {"goal": {"event": "Order Completed"}}), "goal")


def _no_goal(command: Command) -> Done:
    return Done(edits.change_whole(command.draft, {"goal": None}))


COMMANDS: dict[str, Callable[[Command], Done]] = {
    "insert": _insert,
    "remove": _remove,
    "move": _move,
    "up": _up,
    "down": _down,
    "copy": _copy,
    "connect": _connect,
    "exit": _exit,
    "arm": _arm,
    "take": _take,
    "goal": _goal,
    "nogoal": _no_goal,
}
