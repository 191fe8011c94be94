"""What each act on many people has to be told. `said()` is what its job keeps."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.journeys.models import Journey
from campaigns.journeys.triggers import LONGEST_THING
from crm.contacts.actions.companies import add_company
from crm.contacts.models import Topic
from crm.preferences import values
from crm.preferences.models import PreferenceKey
from crm.preferences.queries import keys_for
from crm.segments.models import Segment
from crm.segments.picking import LONGEST_NAME, create_picked_segment, is_picked
from engage.lib import clock

DAYS = [(7, gettext_lazy("For a week")), (30, gettext_lazy("For a month")), (90, gettext_lazy("For three months"))]


class ActForm(forms.Form):
    """An act that needs no more than whom it is done to. What is `only_on_pages` no program can say."""

    only_on_pages: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args, role: str, by: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.role, self.by = role, by

    def said(self) -> dict[str, Any]:
        return {}


class GroupForm(ActForm):
    group = forms.ChoiceField(label=gettext_lazy("Group"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(one.uid): one for one in Segment.objects.order_by("name") if is_picked(one)}
        choices = [("", _("Choose a group")), *((uid, one.name) for uid, one in self.groups.items())]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        group = self.groups[self.cleaned_data["group"]]
        return {"id": group.pk, "name": group.name}


class PutInForm(GroupForm):
    """Into a group that is there, or into a new one."""

    new = forms.CharField(label=gettext_lazy("Or a new group"), max_length=LONGEST_NAME, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].required = False

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("group") and not said.get("new") and not self.errors:
            self.add_error("group", _("Choose a group, or give a new one its name."))
        return said

    def said(self) -> dict[str, Any]:
        name = self.cleaned_data["new"]
        if self.cleaned_data["group"] or not name:
            return super().said()
        made = create_picked_segment(name=name, by=self.by, at=clock.now())
        return {"id": made.pk, "name": made.name}


class RememberForm(ActForm):
    key = forms.ModelChoiceField(
        PreferenceKey.objects.none(),
        to_field_name="key",
        label=gettext_lazy("What"),
        empty_label=gettext_lazy("Choose"),
    )
    value = forms.CharField(
        label=gettext_lazy("Value"),
        max_length=values.LONGEST_VALUE,
        help_text=gettext_lazy("It counts as noticed, never as told by them: it may choose, and is never quoted."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].queryset = keys_for(self.role)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        key, value = said.get("key"), said.get("value")
        if key and value and not values.read(key.type, value, key.choices).fits:
            self.add_error("value", _("%(label)s holds: %(type)s.") % {"label": key, "type": key.get_type_display()})
        return said

    def said(self) -> dict[str, Any]:
        key = self.cleaned_data["key"]
        return {"key": key.key, "label": key.label, "value": self.cleaned_data["value"]}


class PauseForm(ActForm):
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long"), choices=[*DAYS, (0, gettext_lazy("Until somebody lifts it"))], coerce=int
    )

    def said(self) -> dict[str, Any]:
        return {"days": self.cleaned_data["days"]}


class CompanyForm(ActForm):
    name = forms.CharField(
        label=gettext_lazy("Company"),
        max_length=200,
        help_text=gettext_lazy("One that we do not know yet is made."),
    )

    def said(self) -> dict[str, Any]:
        company, made = add_company(name=self.cleaned_data["name"], by=self.by, at=clock.now())
        return {"id": company.pk, "name": company.name, "made": made}


class WithdrawForm(ActForm):
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        to_field_name="key",
        label=gettext_lazy("About"),
        empty_label=gettext_lazy("Choose"),
    )
    words = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("It stays beside each permission as evidence."),
    )

    def said(self) -> dict[str, Any]:
        topic = self.cleaned_data["topic"]
        return {"id": topic.pk, "name": topic.label, "words": self.cleaned_data["words"]}


class BeginForm(ActForm):
    """Which journey; its rule is obeyed unless somebody says otherwise here."""

    only_on_pages = frozenset({"whoever"})

    journey = forms.ModelChoiceField(
        Journey.objects.filter(state=Journey.State.LIVE).order_by("name", "id"),
        to_field_name="uid",
        label=gettext_lazy("Journey"),
        empty_label=gettext_lazy("Choose"),
    )
    thing = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=LONGEST_THING,
        required=False,
        help_text=gettext_lazy("Only for a journey that is walked once for each of something, such as an order."),
    )
    whoever = forms.BooleanField(
        label=gettext_lazy("Also those for whom it is not meant: its rule is not asked"), required=False
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if journey := said.get("journey"):
            key = journey.current.definition.get("entry", {}).get("key", "")
            if key and not said.get("thing"):
                self.add_error("thing", _("It is walked once for each %(key)s: say which.") % {"key": key})
            elif said.get("thing") and not key:
                self.add_error("thing", _("This journey is walked once by each person: leave it empty."))
        return said

    def said(self) -> dict[str, Any]:
        said = self.cleaned_data
        journey = said["journey"]
        return {"id": journey.pk, "name": journey.name, "thing": said["thing"], "whoever": said["whoever"]}


FORMS: dict[str, type[ActForm]] = {
    "put-in": PutInForm,
    "take-out": GroupForm,
    "remember": RememberForm,
    "pause": PauseForm,
    "lift": ActForm,
    "company": CompanyForm,
    "withdraw": WithdrawForm,
    "begin": BeginForm,
}
