"""What is asked of a draft: whom, what, when. Each form's `fields_of_draft` are what `edit_broadcast` takes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.broadcasts.models import Broadcast
from campaigns.broadcasts.preparing import EMAIL, LEAST_DAYS
from campaigns.channels import port
from campaigns.channels.liquid import MAX_SOURCE, MAX_SUBJECT
from crm.business.queries import business
from crm.contacts.models import Topic
from crm.segments.models import Segment

MOST_AN_HOUR = 10_000_000
A_YEAR = 366 * 24
EVERYBODY: dict[str, list] = {"all": []}
LOCAL = "%Y-%m-%dT%H:%M"


class WhomForm(forms.Form):
    """`keeps_rule` where the draft has a rule of its own, such as those who did not answer another: it stays."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For you and your colleagues."))
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        label=_("About"),
        empty_label=_("Choose what it is about"),
        help_text=_("It goes only to people who gave permission for this."),
    )
    channel = forms.ChoiceField(label=_("It goes by"), required=False)
    everybody = forms.BooleanField(label=_("Everybody"), required=False)
    include = forms.MultipleChoiceField(
        label=_("In any of these groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    exclude = forms.MultipleChoiceField(
        label=_("In none of these groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    audience = forms.ChoiceField(label=_("Counted"), choices=Broadcast.Audience.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, keeps_rule: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keeps_rule = keeps_rule
        groups = [(str(uid), name) for uid, name in Segment.objects.order_by("name").values_list("uid", "name")]
        for name in ("include", "exclude"):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = groups
        ways = self.fields["channel"]
        assert isinstance(ways, forms.ChoiceField)
        ways.choices = _ways(self.initial.get("channel", EMAIL))
        ways.required = not self.is_bound or "channel" in self.data  # left out, it goes by mail
        if keeps_rule:
            del self.fields["everybody"]

    @classmethod
    def of(cls, draft: Broadcast, data: Any = None) -> "WhomForm":
        initial = {
            "name": draft.name,
            "topic": draft.topic_id,
            "channel": draft.channel,
            "everybody": draft.rule == EVERYBODY and not draft.include,
            "include": draft.include,
            "exclude": draft.exclude,
            "audience": draft.audience,
        }
        return cls(data, initial=initial, keeps_rule=draft.rule not in (None, EVERYBODY))

    def fields_of_draft(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("name", "topic", "include", "exclude", "audience")}
        said["channel"] = self.cleaned_data["channel"] or EMAIL
        if not self.keeps_rule:
            said["rule"] = EVERYBODY if self.cleaned_data["everybody"] else None
            said["include"] = [] if self.cleaned_data["everybody"] else said["include"]
        return said


def _ways(chosen: str) -> list[tuple[str, Any]]:
    """The channels that are set up, and the chosen one, whatever became of it; mail first."""
    shop = business()
    ready = [name for name in port.names() if name in (EMAIL, chosen) or not port.channel(name).missing(shop)]
    return [(name, port.channel(name).label) for name in sorted(ready, key=lambda name: name != EMAIL)]


class VersionForm(forms.Form):
    """A letter written in place."""

    subject = forms.CharField(label=_("Subject"), max_length=MAX_SUBJECT)
    text = forms.CharField(
        label=_("Text"),
        max_length=MAX_SOURCE,
        strip=False,
        widget=forms.Textarea({"rows": 10}),
        help_text=_("An empty line begins a paragraph. {{ contact.first_name }} is their first name."),
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError(_("Write something here, or take a design."))
        return text


class TrialForm(forms.Form):
    """How versions are tried against each other."""

    sample_percent = forms.IntegerField(label=_("Tried with so many in a hundred"), min_value=1, max_value=100)
    hours = forms.IntegerField(label=_("Decided so many hours later"), min_value=1, max_value=A_YEAR)
    judge = forms.ChoiceField(label=_("By"), choices=Broadcast.Judge.choices)

    @classmethod
    def of(cls, draft: Broadcast, data: Any = None) -> "TrialForm":
        hours = max(1, draft.decide_minutes // 60)
        return cls(data, initial={"sample_percent": draft.sample_percent, "hours": hours, "judge": draft.judge})

    def fields_of_draft(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "sample_percent": said["sample_percent"],
            "decide_minutes": said["hours"] * 60,
            "judge": said["judge"],
        }


class PaceForm(forms.Form):
    """How fast: as fast as we can, so many an hour, or batches."""

    PACES = (("fast", _("As fast as we can")), ("hour", _("So many an hour")), ("batch", _("In batches")))

    pace = forms.ChoiceField(label=_("How fast"), choices=PACES, widget=forms.RadioSelect, initial="fast")
    per_hour = forms.IntegerField(label=_("An hour"), min_value=1, max_value=MOST_AN_HOUR, required=False)
    batch = forms.IntegerField(label=_("In a batch"), min_value=1, max_value=MOST_AN_HOUR, required=False)
    batch_minutes = forms.IntegerField(
        label=_("Minutes between batches"), min_value=1, max_value=A_YEAR * 60, required=False
    )

    NEEDED = {"fast": (), "hour": ("per_hour",), "batch": ("batch", "batch_minutes")}

    @staticmethod
    def said_of(broadcast: Broadcast) -> dict[str, Any]:
        return {
            "pace": "hour" if broadcast.per_hour else "batch" if broadcast.batch else "fast",
            "per_hour": broadcast.per_hour,
            "batch": broadcast.batch,
            "batch_minutes": broadcast.batch_minutes,
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in self.NEEDED.get(said.get("pace", ""), ()):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, _("Say how many."))
        return said

    def pace_of_draft(self) -> dict[str, Any]:
        needed = self.NEEDED[self.cleaned_data["pace"]]
        return {name: self.cleaned_data[name] if name in needed else None for name in self.NEEDED["hour"] + _BATCH}


_BATCH = PaceForm.NEEDED["batch"]


class WhenForm(PaceForm):
    """`reminder` where it goes so many days after what it reminds of."""

    when = forms.ChoiceField(
        label=_("When"),
        choices=(("now", _("60 seconds after I press Start")), ("later", _("At a date"))),
        widget=forms.RadioSelect,
    )
    send_at = forms.DateTimeField(
        label=_("Date and time"),
        required=False,
        input_formats=[LOCAL, f"{LOCAL}:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=LOCAL),
    )
    clock = forms.ChoiceField(label=_("By"), choices=Broadcast.Clock.choices, widget=forms.RadioSelect)
    after_days = forms.IntegerField(label=_("Days after the first is done"), min_value=LEAST_DAYS, max_value=365)

    field_order = ("when", "send_at", "clock", "after_days", "pace")

    def __init__(self, *args: Any, reminder: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("when", "send_at", "clock") if reminder else ("after_days",):
            del self.fields[name]

    @classmethod
    def of(cls, draft: Broadcast, data: Any = None) -> "WhenForm":
        initial = cls.said_of(draft) | {
            "when": "later" if draft.send_at else "now",
            "send_at": draft.send_at,
            "clock": draft.clock,
            "after_days": draft.after_days,
        }
        return cls(data, initial=initial, reminder=draft.kind == Broadcast.Kind.REMINDER)

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("when") == "later" and not said.get("send_at") and "send_at" not in self.errors:
            self.add_error("send_at", _("Say when."))
        return said

    def fields_of_draft(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "after_days" in said:
            return self.pace_of_draft() | {"after_days": said["after_days"]}
        later = said["when"] == "later"
        return self.pace_of_draft() | {"send_at": said["send_at"] if later else None, "clock": said["clock"]}
