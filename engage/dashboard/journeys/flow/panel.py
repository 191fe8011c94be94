"""The form that is open in place: what it is about, its fields, its rule, and saving them into the draft."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from campaigns.channels import port
from campaigns.channels.lengths import lengths
from campaigns.journeys import edits
from campaigns.journeys.presets import parts_of
from campaigns.journeys.ways import START, main_way, read_step, several, steps_of, ways
from crm.rules import EVERYONE, to_json
from crm.rules.problems import Problem
from crm.segments.seeing import hidden_names, speaks_of
from engage.dashboard.journeys.flow.cards import Flow, problems_of, way_words
from engage.dashboard.journeys.flow.forms import CardForm, as_dict
from engage.dashboard.journeys.flow.starting import ALL, StartForm, joined, of_preset
from engage.dashboard.rules.editor import Editor, begun, edited_by, opened

GOAL = "goal"
NO_RULE = to_json(EVERYONE)
WITH_RULE = ("branch", START, GOAL, "exit")


@dataclass
class Panel:
    """`open` is "start", "goal", the name of a step, or of an exit such as "pause.exits.0". Of what is `hidden` from
    this colleague no rule may speak."""

    draft: dict[str, Any]
    open: str
    data: QueryDict | None = None
    problems: tuple[Problem, ...] = field(default=())
    hidden: frozenset[str] = frozenset()

    @property
    def step(self) -> str:
        """The step it belongs to, '' for start and goal."""
        return "" if self.open in (START, GOAL) else self.open.partition(".")[0]

    @property
    def card(self) -> str:
        return self.step or self.open

    @cached_property
    def kind(self) -> str:
        """Empty where there is nothing of that name."""
        if self.open in (START, GOAL):
            return self.open
        step = steps_of(self.draft).get(self.step)
        if step is None:
            return ""
        if self.open == self.step:
            return step["kind"]
        return "exit" if self.open in self.exits else ""

    @cached_property
    def part(self) -> dict[str, Any]:
        """What it shows of the definition."""
        if self.kind == START:
            return self.draft
        if self.kind == GOAL:
            goal = self.draft.get(GOAL)
            return goal if isinstance(goal, dict) else {}
        step = steps_of(self.draft)[self.step]
        return step if self.kind != "exit" else several(step, "exits")[self.exits.index(self.open)]

    @property
    def exits(self) -> list[str]:
        """The ways of the step that can be opened on their own."""
        step = steps_of(self.draft).get(self.step)
        found = ways(self.step, step) if step and step["kind"] == "wait" else []
        return [way for way, _to in found if not way.endswith(".next")]

    @property
    def exit_words(self) -> list[tuple[str, str]]:
        """Each exit with what is waited for there."""
        steps = steps_of(self.draft)
        words = way_words(self.step, steps[self.step], read_step(self.step, steps[self.step], steps))
        return [(way, words[way]) for way in self.exits]

    @property
    def arms(self) -> list[tuple[str, str]]:
        """Of a split, each way with its name."""
        names = [str(arm.get("name", "")) for arm in several(self.part, "arms")]
        return [(f"{self.step}.arms.{number}", name) for number, name in enumerate(names)]

    @property
    def main(self) -> str:
        """The way on, which can be led elsewhere."""
        step = steps_of(self.draft).get(self.step)
        return main_way(self.step, step) if step and self.open == self.step else ""

    @cached_property
    def form(self) -> CardForm:
        """Bound to what was posted, else to what the draft says."""
        kind = ALL[self.kind]
        form = kind(self.data if self.data is not None else _bound(kind.read(self.part)))
        if isinstance(form, StartForm):
            form.hide(self.hidden)
        if form.is_valid():
            for path, message in self.mine():
                form.refuse(path, message)
        return form

    @property
    def lengths(self) -> list[str]:
        """Of a message step, how long its words get by each of its channels that counts them."""
        if self.kind != "send":
            return []
        form = ALL[self.kind](self.data if self.data is not None else _bound(ALL[self.kind].read(self.part)))
        if not form.is_valid():
            return []
        said = form.said(self.part)
        design, channels = said["design"], said["channels"] or [said["channel"] or "email"]
        words, marketing = design.get("words") or design.get("body", ""), said["class"] == "marketing"
        if "uid" in design and not words:
            return []
        known = [name for name in channels if name in port.names()]
        return lengths(known, title=design.get("subject", ""), body=words, unsubscribable=marketing)

    @cached_property
    def editor(self) -> Editor | None:
        """None of what has no rule."""
        if self.kind not in WITH_RULE:
            return None
        editor = self._editor()
        editor.hidden = self.hidden
        if not self.may_see(editor):
            editor.refuse(_("It speaks of what only others in the team may see."))
        return editor

    def may_see(self, editor: Editor) -> bool:
        return editor.rule is None or not speaks_of(editor.rule, self.hidden)

    def _editor(self) -> Editor:
        at_hand = self.kind != "branch" and not (self.kind == "exit" and "event" not in self.part)
        if self.data is not None and (edited := edited_by(self.data, event_at_hand=at_hand)):
            return edited
        rule = joined(of_preset(self.trigger)[1]) if self.kind == START else self.part.get("rule")
        return begun(event_at_hand=at_hand) if rule in (None, NO_RULE) else opened(rule, event_at_hand=at_hand)

    def mine(self) -> list[tuple[str, str]]:
        """The problems of this part, by the path below it; those of its rule stand at their rows."""
        root = f"$.steps.{self.open.replace('.exits.', '.exits[')}" + ("]" if ".exits." in self.open else "")
        root = {START: "$", GOAL: "$.goal"}.get(self.open, root)
        found = []
        for problem in self.problems:
            below = problem.path.removeprefix(root)
            ours = problem.path == root or problem.path.startswith(f"{root}.")
            elsewhere = below.startswith((".exits", ".rule")) or (
                self.open == START and not below.startswith((".trigger", ".entry", ".freshness"))
            )
            if ours and not elsewhere and (".rule" not in below or below == ".trigger.rule"):
                found.append((below.removeprefix("."), problem.message))
        return found

    def saved(self) -> dict[str, Any] | None:
        """The draft with what was posted; None while something cannot be written down, or nothing was."""
        assert self.data is not None
        form = ALL[self.kind](self.data)
        if not form.is_valid():
            return None
        said = form.said(self.part) if self.data.get("fields") else {}
        if isinstance(form, StartForm):
            self._with_conditions(said, form.parts() if said else of_preset(self.trigger)[0])
        else:
            self._with_rule(said)
        if self.kind == START:
            return edits.change_whole(self.draft, _clean(said))
        if self.kind == GOAL:
            return edits.change_whole(self.draft, {GOAL: _clean(self.part | said)})
        if self.kind == "exit":
            return edits.change_way(self.draft, self.open, said)
        return edits.change(self.draft, self.step, said)

    def _with_rule(self, said: dict[str, Any]) -> None:
        """A rule that is not finished leaves the one before."""
        editor = self.editor
        if editor is None or editor.rule is None or not self.may_see(editor):
            return
        needed = self.kind == "branch" or (self.kind == "exit" and not said.get("event", self.part.get("event")))
        said["rule"] = editor.json if needed or editor.json != NO_RULE else None

    def _with_conditions(self, said: dict[str, Any], parts: list[Any]) -> None:
        """The same of the trigger: what its preset asks, and what its rule does besides."""
        editor = self.editor
        besides = of_preset(self.trigger)[1]
        if editor is not None and editor.rule is not None and self.may_see(editor):
            besides = parts_of(editor.json if editor.json != NO_RULE else None)
        said["trigger"] = as_dict(said.get("trigger") or self.trigger) | {"rule": joined([*parts, *besides])}

    @property
    def trigger(self) -> dict[str, Any]:
        return as_dict(self.draft.get("trigger"))


def panel_of(draft: dict[str, Any], open: str, role: str, data: QueryDict | None = None) -> Panel:
    return Panel(draft, open, data, problems_of(draft), frozenset(hidden_names(role)))


def connections(panel: Panel, flow: Flow) -> list[tuple[str, str]]:
    """The steps that the way on of an open card can lead to, as (name, words)."""
    return [(card.name, f"{card.number}. {card.text}") for card in flow.cards() if card.name != panel.step]


def _clean(said: dict[str, Any]) -> dict[str, Any]:
    """Without what is taken out one level down."""
    return {
        key: {name: one for name, one in value.items() if one is not None} if isinstance(value, dict) else value
        for key, value in said.items()
        if key == "trigger" or value is not None
    }


def _bound(said: dict[str, Any]) -> MultiValueDict:
    return MultiValueDict({key: value if isinstance(value, list) else [_input(value)] for key, value in said.items()})


def _input(value: Any) -> Any:
    """As a browser would post it; what cannot be shown in a field is shown as it is written."""
    return value if isinstance(value, bool) else str(value)
