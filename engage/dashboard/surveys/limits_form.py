"""The form of a survey's limits: moments in the shop's time zone, places, and how often somebody may answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.surveys.asked.definition import Definition, Problem
from campaigns.surveys.asked.questions import Choice, Question, Type
from campaigns.surveys.limits.limits import MOST, Limits, Once, Proof, Quota
from crm.business.queries import business
from engage.lib.local_time import moment_of, zone_of

LOCAL = "%Y-%m-%dT%H:%M"
ONCE_LABELS = {
    Once.ANY: gettext_lazy("As often as they like"),
    Once.LINK: gettext_lazy("Once, and only by the link in a message of ours"),
    Once.ADDRESS: gettext_lazy("Once for each e-mail address, which they confirm by a link that we mail there"),
    Once.DEVICE: gettext_lazy("Once on each device, by a cookie that is set when they answer"),
}
PROOF_LABELS = {
    Proof.OFF: gettext_lazy("Nothing more than usual"),
    Proof.ATTACKED: gettext_lazy("A small proof of work, by itself for an hour while machines attack it"),
    Proof.ON: gettext_lazy("A small proof of work, always"),
}
COUNTED = (Type.ONE_OF, Type.SEVERAL_OF, Type.YES_NO, Type.PICTURE, Type.PRODUCT)
"""Questions of which each answer may have its own number of places."""


class Moment(forms.DateTimeField):
    def __init__(self, label: object, help_text: object) -> None:
        entry = forms.DateTimeInput({"type": "datetime-local"}, format=LOCAL)
        super().__init__(label=label, help_text=help_text, required=False, widget=entry, input_formats=[LOCAL])  # type: ignore[arg-type]


class LimitsForm(forms.Form):
    """`problems` of what was said stand beside their fields."""

    opens = Moment(gettext_lazy("Opens on"), gettext_lazy("In your time zone. Empty: once it is published."))
    closes = Moment(gettext_lazy("Closes on"), gettext_lazy("Empty: when you close it."))
    before = forms.CharField(
        label=gettext_lazy("To whoever comes before"), required=False, widget=forms.Textarea({"rows": 2})
    )
    after = forms.CharField(
        label=gettext_lazy("To whoever comes after it closed"), required=False, widget=forms.Textarea({"rows": 2})
    )
    once = forms.ChoiceField(
        label=gettext_lazy("How often each person may answer"),
        choices=list(ONCE_LABELS.items()),
        widget=forms.RadioSelect,
    )
    changes = forms.BooleanField(
        label=gettext_lazy("They may change their answer"),
        required=False,
        help_text=gettext_lazy("The new answer takes the place of the one before."),
    )
    proof = forms.ChoiceField(
        label=gettext_lazy("Against machines"),
        choices=list(PROOF_LABELS.items()),
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "The browser of whoever is not known works for some tenths of a second before it sends; people notice "
            "nothing. Without script they confirm an e-mail address instead."
        ),
    )
    most = forms.IntegerField(
        label=gettext_lazy("Answers at most, of everybody"), required=False, min_value=0, max_value=MOST
    )
    full = forms.CharField(
        label=gettext_lazy("To whoever comes when it is full"), required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, said: Any, *, definition: Definition, taken: dict[str, int], limits: Limits) -> None:
        kept = {name: getattr(limits, name) for name in self.base_fields}
        kept |= {name: _local(kept[name]) for name in ("opens", "closes")}
        kept |= {_place(quota.key): quota.most for quota in limits.quotas}
        super().__init__(said, initial=kept, label_suffix="")
        self.definition, self.taken = definition, taken
        if definition.permission:
            self.fields["once"].choices = [one for one in ONCE_LABELS.items() if one[0] is not Once.ADDRESS]  # type: ignore[attr-defined]
        for question, choice in self._choices():
            name = _place(Quota(question.id, choice.no, 0).key)
            self.fields[name] = forms.IntegerField(
                label=choice.label,
                required=False,
                min_value=0,
                max_value=MOST,
                widget=forms.NumberInput({"class": "input"}),
            )

    def blame(self, problems: Iterable[Problem]) -> None:
        for one in problems:
            self.add_error(one.path if one.path in self.fields else None, one.message)

    @property
    def around(self) -> list[forms.BoundField]:
        return [self[name] for name in self.base_fields]

    @property
    def quotas(self) -> list["Counted"]:
        """Each question that has choices, with a field for each."""
        found: dict[str, Counted] = {}
        for question, choice in self._choices():
            key = Quota(question.id, choice.no, 0).key
            rows = found.setdefault(question.id, Counted(question, [])).rows
            rows.append((self[_place(key)], self.taken.get(key)))
        return list(found.values())

    def raw(self) -> dict[str, Any]:
        """As JSON. Limits of questions that are not asked any more are left out."""
        said = self.cleaned_data
        quotas = [
            {"question": question.id, "choice": choice.no, "most": most}
            for question, choice in self._choices()
            if (most := said.get(_place(Quota(question.id, choice.no, 0).key))) is not None
        ]
        moments = {name: _moment(said[name]) for name in ("opens", "closes")}
        words = {name: said[name].replace("\r\n", "\n") for name in ("before", "after", "full")}
        rest = {name: said[name] for name in ("most", "once", "changes", "proof")}
        return {**moments, **words, **rest, "quotas": quotas}

    def _choices(self) -> list[tuple[Question, Choice]]:
        asked = [one for one in self.definition.questions if one.type in COUNTED]
        return [(question, choice) for question in asked for choice in question.options()]


@dataclass
class Counted:
    """A question, and for each of its answers the field and how many places are taken."""

    question: Question
    rows: list[tuple[forms.BoundField, int | None]]

    @property
    def is_limited(self) -> bool:
        return any(field.value() not in (None, "") or field.errors for field, _taken in self.rows)


def summary(limits: Limits) -> list[str]:
    """In a few words each, for the builder."""
    said = []
    if limits.opens:
        said.append(_("opens on %(when)s") % {"when": _shown(limits.opens)})
    if limits.closes:
        said.append(_("closes on %(when)s") % {"when": _shown(limits.closes)})
    if limits.most is not None:
        said.append(_("%(n)d answers at most") % {"n": limits.most})
    if limits.quotas:
        said.append(_("some answers only so often"))
    if limits.once is not Once.ANY:
        said.append(str(ONCE_LABELS[limits.once]))
    if limits.proof is not Proof.OFF:
        said.append(str(PROOF_LABELS[limits.proof]))
    if limits.changes:
        said.append(_("may be changed"))
    return said


def _shown(moment: Any) -> str:
    return _local(moment).strftime("%Y-%m-%d %H:%M")


def _local(moment: Any) -> Any:
    """As the shop's clocks show it."""
    return moment and timezone.localtime(moment, zone_of(business().timezone)).replace(tzinfo=None)


def _moment(said: Any) -> str | None:
    """What was written, read by the shop's clocks and not by the server's."""
    if said is None:
        return None
    local = said.replace(tzinfo=zone_of(business().timezone))
    return moment_of(local).isoformat()


def _place(key: str) -> str:
    return f"place-{key}"
