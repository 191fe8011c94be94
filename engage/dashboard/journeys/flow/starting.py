"""The form of the trigger: what starts it in words, with a field or two, how often, and the rest under Advanced."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.journeys.definition import Again
from campaigns.journeys.presets import PRESETS, SHELVES, Preset, Slot, parts_of, recognise
from campaigns.surveys import queries as surveys
from crm.preferences.queries import keys_by_label
from crm.segments import queries as segments
from engage.dashboard.journeys.flow.forms import FORMS, CardForm, as_dict, offer
from engage.dashboard.journeys.flow.outward_forms import OUTWARD
from engage.dashboard.journeys.flow.sending_form import SendForm

OWN = "own"
WITH = "with_"
AGAIN_WORDS = {
    Again.NEVER: _("once for each person"),
    Again.ALWAYS: _("each time it happens"),
    Again.AFTER_DAYS: _("again after some days"),
}


CHOICES: dict[str, Callable[[], Iterable[tuple[str, Any]]]] = {
    "segments": segments.choices,
    "surveys": surveys.published_titles,
    "questions": surveys.published_questions,
    "keys": lambda: ((key, label) for label, key in keys_by_label().items()),
}


class StartForm(CardForm):
    """The fields of the chosen preset stand behind it; those that the page did not have yet begin with their usual
    value, and so does how often it is answered. What is no preset has the name of its event instead."""

    at = {"trigger.event": "preset", "trigger.rule": "preset", "freshness_hours": "freshness", "entry": "again",
          "entry.again": "again", "entry.days": "days", "entry.key": "key", "entry.per_day": "per_day"}  # fmt: skip
    advanced = ("key", "per_day", "freshness")
    optional = ("days", "key", "per_day")
    preset = forms.ChoiceField(
        label=_("When"),
        choices=[
            *((label, [(one.key, one.label) for one in shelf]) for label, shelf in SHELVES),
            (OWN, _("Something else, by the name of its event")),
        ],
        widget=forms.Select({"data-refits": "flow-refit"}),
    )
    again = forms.ChoiceField(
        label=_("How often"),
        choices=AGAIN_WORDS.items(),
        help_text=_("Nobody is on one journey twice at a time."),
    )
    days = forms.IntegerField(label=_("After how many days"), help_text=_("Only with: again after some days."))
    key = forms.CharField(
        label=_("One walk for each"),
        max_length=80,
        help_text=_("A property such as order_id: then each order has its walk. An event without it begins nothing."),
    )
    per_day = forms.IntegerField(
        label=_("People a day at most"), help_text=_("Who comes later that day does not begin. Empty: no limit.")
    )
    freshness = forms.IntegerField(label=_("Hours"), help_text=_("1 to 24. An event older than that begins nothing."))

    def __init__(self, data: Any) -> None:
        self.chosen: Preset | None = PRESETS.get(data.get("preset", ""))
        self.slots = {WITH + slot.name: slot for slot in self.chosen.slots} if self.chosen else {}
        filled = data.copy()
        if self.chosen and self.chosen.recurs and not all(name in filled for name in self.slots):
            filled["again"] = str(Again.ALWAYS)
        for name, slot in self.slots.items():
            filled.setdefault(name, str(slot.initial))
        super().__init__(filled)
        behind = {name: _field(slot) for name, slot in self.slots.items()} if self.chosen else {"another": _another()}
        self.fields = {"preset": self.fields.pop("preset"), **behind, **self.fields}
        self.hide(())

    def hide(self, hidden: Collection[str]) -> None:
        """Offer everything but what this colleague may not see."""
        for name, slot in self.slots.items():
            if slot.of:
                found = sorted(CHOICES[slot.of](), key=lambda one: str(one[1]))
                offer(
                    self, name, [("", _("none")), *(one for one in found if slot.of != "keys" or one[0] not in hidden)]
                )

    def clean(self) -> dict[str, Any]:
        if self.chosen is None and not self.cleaned_data.get("another"):
            self.add_error("another", _("Say which event."))
        return self.cleaned_data

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        trigger, entry = as_dict(part.get("trigger")), as_dict(part.get("entry"))
        event = trigger.get("event", "")
        found = recognise(event, parts_of(trigger.get("rule")))
        values = {WITH + slot.name: found.values.get(slot.name, "") for slot in found.preset.slots} if found else {}
        return {
            "preset": found.preset.key if found else OWN,
            **values,
            "another": "" if found else event,
            "again": entry.get("again", "never"),
            "days": entry.get("days", ""),
            "key": entry.get("key", ""),
            "per_day": entry.get("per_day", ""),
            "freshness": part.get("freshness_hours", 24),
        }

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        data = self.cleaned_data
        entry = {"again": data["again"] or "never"}
        entry |= {"days": data["days"] or 0} if data["again"] == Again.AFTER_DAYS else {}
        entry |= {"key": data["key"]} if data["key"] else {}
        entry |= {"per_day": data["per_day"]} if data["per_day"] is not None else {}
        trigger = {"event": self.chosen.event if self.chosen else data["another"]}
        return {"trigger": trigger, "entry": entry, "freshness_hours": data["freshness"] or 0}

    def parts(self) -> list[dict[str, Any]]:
        """The conditions that the preset stands for. Call after `is_valid`."""
        if self.chosen is None:
            return []
        return self.chosen.fill({slot.name: self.cleaned_data.get(name) for name, slot in self.slots.items()})


def joined(parts: list[Any]) -> Any:
    """One rule of conditions that must all hold; None of none."""
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"all": parts}


def of_preset(trigger: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """The conditions of a trigger: those that its preset stands for, and the rest."""
    conditions = parts_of(trigger.get("rule"))
    found = recognise(trigger.get("event"), conditions)
    used = found.used if found else frozenset()
    return (
        [one for place, one in enumerate(conditions) if place in used],
        [one for place, one in enumerate(conditions) if place not in used],
    )


def _field(slot: Slot) -> forms.Field:
    said: dict[str, Any] = {"label": slot.label, "help_text": slot.help, "required": False}
    if slot.kind is int:
        return forms.IntegerField(min_value=-(10**9), max_value=10**9, **said)
    return forms.ChoiceField(**said) if slot.of else forms.CharField(max_length=240, **said)


def _another() -> forms.Field:
    return forms.CharField(
        label=_("Its name"),
        max_length=200,
        help_text=_("As your shop sends it: upper and lower case count."),
        required=False,
    )


ALL: dict[str, type[CardForm]] = FORMS | OUTWARD | {"send": SendForm, "start": StartForm}
