"""The fields of each card, with what they mean beside them: docs/journeys.md in short.

They take everything that can be written down; what is wrong with it the parser says, and it is shown at its field.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.journeys.definition import How
from campaigns.journeys.describe import EVENTS, WEEKDAYS
from campaigns.journeys.steps import WEEKDAYS as DAYS
from crm.business.models import User
from crm.dialogue.models import Task

UNITS = {"minutes": _("minutes"), "hours": _("hours"), "days": _("days"), "weeks": _("weeks"), "seconds": _("seconds")}
HOW_WORDS = {
    How.SET: _("put it in place of what is there"),
    How.ADD: _("add to a list"),
    How.REMOVE: _("take away from a list"),
    How.PLUS: _("add points"),
}
TASK_WORDS = {
    "call": _("call"),
    "visit": _("visit"),
    "write": _("write"),
    "say": _("say it in person"),
    "other": _("something else"),
}


class CardForm(forms.Form):
    """`at` says which field shows the problems of which path below the card's own; `advanced` stand folded away;
    `optional` may be empty, which the parser judges of all of them."""

    at: dict[str, str] = {}
    optional: tuple[str, ...] = ()
    advanced: tuple[str, ...] = ()

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="", use_required_attribute=False)
        for field in self.fields.values():
            field.required = False

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        """What the fields show of a part of the definition."""
        raise NotImplementedError

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        """The part of the definition that the fields stand for; None takes something out. Call after `is_valid`."""
        raise NotImplementedError

    def shown(self) -> list[forms.BoundField]:
        return self._dressed(name for name in self.fields if name not in self.advanced)

    def folded(self) -> list[forms.BoundField]:
        return self._dressed(self.advanced)

    def _dressed(self, names: Iterable[str]) -> list[forms.BoundField]:
        """Only now say which may be empty: nothing typed is refused for that."""
        found = list(names)
        for name in found:
            self.fields[name].required = name not in self.optional
        return [self[name] for name in found]

    @property
    def fold_open(self) -> bool:
        return any(self[name].errors for name in self.advanced)

    def refuse(self, path: str, message: str) -> None:
        """Show a problem at its field; `path` is below the card, such as "design.subject"."""
        fits = [place for place in self.at if path == place or path.startswith((f"{place}.", f"{place}["))]
        self.add_error(self.at[max(fits, key=len)] if fits else None, message)


class WaitForm(CardForm):
    at = {"": "amount", "for": "amount", "clock": "clock", "weekdays": "weekdays", "day": "of", "day.of": "of",
          "day.shift": "shift", "day.yearly": "yearly"}  # fmt: skip
    advanced = ("of", "shift", "yearly")
    optional = ("amount", "clock", "weekdays", "of", "shift", "yearly")
    amount = forms.IntegerField(label=_("Wait"), help_text=_("Empty: only until the time below."))
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS.items())
    clock = forms.CharField(
        label=_("Then until this time of day"),
        max_length=10,
        help_text=_("Such as 09:00, on the person's own clock. Empty: go on at once."),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("On one of these days"),
        choices=list(zip(DAYS, WEEKDAYS, strict=True)),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They go with a time of day. None: any day."),
    )
    of = forms.CharField(
        label=_("Until a date that we remember"),
        max_length=80,
        help_text=_("Its key, such as birthday. One that is not known, or over, is not waited for."),
    )
    shift = forms.IntegerField(label=_("Days after it"), help_text=_("With a minus: days before it."))
    yearly = forms.BooleanField(label=_("Each year's"))

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        unit, amount = next(iter(as_dict(part.get("for")).items()), ("days", ""))
        day = as_dict(part.get("day"))
        return {
            "amount": amount,
            "unit": unit,
            "clock": part.get("clock", ""),
            "weekdays": _list(part.get("weekdays")),
            "of": day.get("of", ""),
            "shift": day.get("shift", ""),
            "yearly": day.get("yearly", False),
        }

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        data = self.cleaned_data
        day = {"of": data["of"], "shift": data["shift"] or 0, "yearly": data["yearly"]} if data["of"] else None
        return {
            "for": {data["unit"] or "days": data["amount"]} if data["amount"] is not None else None,
            "clock": data["clock"] or None,
            "weekdays": data["weekdays"] or None,
            "day": day,
        }


class BranchForm(CardForm):
    """Its rule is all there is."""

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        return {}

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        return {}


class SplitForm(CardForm):
    """Name and share of each arm."""

    def __init__(self, data: Any) -> None:
        self.count = sum(1 for number in range(20) if f"share_{number}" in data)
        super().__init__(data)
        self.at = {"arms": "share_0"} if self.count else {}
        for number in range(self.count):
            self.fields[f"name_{number}"] = forms.CharField(label=_("Name"), max_length=80, required=False)
            self.fields[f"share_{number}"] = forms.IntegerField(label=_("Of a hundred"), required=False)
            self.at |= {f"arms[{number}].name": f"name_{number}", f"arms[{number}].share": f"share_{number}"}

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        arms = [as_dict(arm) for arm in _list(part.get("arms"))]
        names = {f"name_{number}": arm.get("name", "") for number, arm in enumerate(arms)}
        return names | {f"share_{number}": arm.get("share", "") for number, arm in enumerate(arms)}

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        arms = [as_dict(arm) for arm in _list(part.get("arms"))]
        return {"arms": [arm | self._arm(number) for number, arm in enumerate(arms)]}

    def _arm(self, number: int) -> dict[str, Any]:
        if number >= self.count:
            return {}
        return {"name": self.cleaned_data[f"name_{number}"], "share": self.cleaned_data[f"share_{number}"] or 0}


class RememberForm(CardForm):
    at = {"key": "key", "value": "value", "how": "how"}
    key = forms.CharField(label=_("What"), max_length=80, help_text=_("The key it is remembered under, such as tags."))
    value = forms.CharField(label=_("Value"), max_length=600)
    how = forms.ChoiceField(
        label=_("How"),
        choices=HOW_WORDS.items(),
        help_text=_("It is kept as noticed, from this journey. What the person told us is not replaced."),
    )

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        return {"key": part.get("key", ""), "value": part.get("value", ""), "how": part.get("how", "set")}

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        data = self.cleaned_data
        value = _whole(data["value"]) if data["how"] == How.PLUS else data["value"]
        return {"key": data["key"], "value": value, "how": data["how"] or "set"}


class TaskForm(CardForm):
    at = {"task": "task", "text": "text", "assignee": "assignee", "within": "amount", "escalate": "later",
          "escalate.after": "later", "escalate.to": "later_to"}  # fmt: skip
    advanced = ("later", "later_unit", "later_to")
    optional = ("later", "later_to")
    task = forms.ChoiceField(label=_("What to do"), choices=[(kind, TASK_WORDS[kind]) for kind in Task.Kind.values])
    text = forms.CharField(label=_("In words"), max_length=600)
    assignee = forms.ChoiceField(label=_("Who"), help_text=_("The task is theirs; else whoever comes first takes it."))
    amount = forms.IntegerField(label=_("Due within"))
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS.items())
    later = forms.IntegerField(
        label=_("Not done so long after that"), help_text=_("It goes to somebody else then, once. Empty: it stays.")
    )
    later_unit = forms.ChoiceField(label=_("Unit"), choices=UNITS.items())
    later_to = forms.ChoiceField(label=_("It goes to"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        staff = [(one.email, str(one)) for one in User.objects.filter(is_active=True).order_by("email")]
        offer(self, "assignee", [("", _("whoever comes first")), *staff])
        offer(self, "later_to", [("", _("an owner")), *staff])

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        unit, amount = next(iter(as_dict(part.get("within")).items()), ("days", ""))
        said = {key: part.get(key, "") for key in ("task", "text", "assignee")}
        escalate = as_dict(part.get("escalate"))
        later_unit, later = next(iter(as_dict(escalate.get("after")).items()), ("hours", ""))
        later_to = escalate.get("to", "")
        return said | {"amount": amount, "unit": unit, "later": later, "later_unit": later_unit, "later_to": later_to}

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        data = self.cleaned_data
        escalate = {"after": {data["later_unit"] or "hours": data["later"] or 0}}
        escalate |= {"to": data["later_to"]} if data["later_to"] else {}
        return {
            "escalate": escalate if data["later"] is not None else None,
            "task": data["task"],
            "text": data["text"],
            "assignee": data["assignee"] or None,
            "within": {data["unit"] or "days": data["amount"] or 0},
        }


class EndForm(CardForm):
    at = {"reason": "reason"}
    reason = forms.CharField(label=_("Reason"), max_length=100, help_text=_("It is shown with their walk."))

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        return {"reason": part.get("reason", "")}

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class OccurrenceForm(CardForm):
    """An event: of a goal or of an exit. Its rule stands below."""

    at = {"event": "event"}
    advanced: tuple[str, ...] = ("another",)
    optional: tuple[str, ...] = ("another",)
    event = forms.ChoiceField(label=_("When"))
    another = forms.CharField(
        label=_("Another event, by its name"),
        max_length=240,
        help_text=_("As your shop sends it: upper and lower case count."),
    )
    empty: ClassVar[list[tuple[str, Any]]] = []

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        offer(self, "event", [*self.empty, *((name, words) for name, words in EVENTS.items())])

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        return {"event": part.get("event", "")}

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        return {"event": self.cleaned_data["another"] or self.cleaned_data["event"] or None}


class ExitForm(OccurrenceForm):
    empty = [("", _("nothing: only what holds of the person below"))]


FORMS: dict[str, type[CardForm]] = {
    "wait": WaitForm,
    "branch": BranchForm,
    "split": SplitForm,
    "remember": RememberForm,
    "task": TaskForm,
    "end": EndForm,
    "goal": OccurrenceForm,
    "exit": ExitForm,
}


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Let one choose; what is chosen already stays, also where it is not known any more."""
    known = list(choices)
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    now = str(form.data.get(name, "") or "")
    field.choices = known if now in dict(known) or len(now) > 240 else [*known, (now, now)]


def as_dict(raw: Any) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _whole(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text
