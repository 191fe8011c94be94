from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.preferences.models import PreferenceKey
from crm.segments.models import ObservedRule
from engage.dashboard.person.keys import key_named

FRESH = (
    (30, _("a month")),
    (90, _("three months")),
    (180, _("half a year")),
    (365, _("a year")),
    (730, _("two years")),
    (36500, _("never")),
)
MOST_CHOICES = 50


class KeyForm(forms.ModelForm):
    """What we do with one thing we remember: two questions, and the rest under Advanced."""

    citable = forms.BooleanField(
        label=_("We may mention it in messages"),
        required=False,
        help_text=_("Only what people told us is ever mentioned; what we noticed or guessed never is."),
    )
    fresh_days = forms.TypedChoiceField(label=_("Ask again after"), coerce=int, choices=FRESH)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=5_000,
        help_text=_("One on each line. Anything else is kept and shown as not fitting."),
        widget=forms.Textarea({"rows": 4}),
    )

    class Meta:
        model = PreferenceKey
        fields = (
            *("label", "citable", "fresh_days", "type", "choices", "topic"),
            *("sensitive", "cite_sensitive", "selects", "seen_by"),
        )
        labels = {
            "label": _("Name"),
            "type": _("Kind of answer"),
            "topic": _("Topic"),
            "sensitive": _("Sensitive: health, money or family"),
            "cite_sensitive": _("Mention it although it is sensitive"),
            "selects": _("It may choose who gets a message"),
            "seen_by": _("Who sees it"),
        }
        help_texts = {
            "topic": _("Such as Taste or Delivery."),
            "type": _("Where it changes, everything said is read anew; nothing is lost."),
            "cite_sensitive": _("Without this tick something sensitive is never mentioned."),
            "selects": "",
            "sensitive": "",
        }

    main = ("label", "citable", "fresh_days")
    advanced = ("type", "choices", "topic", "sensitive", "cite_sensitive", "selects", "seen_by")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = self.instance.fresh_days
        if days not in dict(FRESH):
            self.fields["fresh_days"].choices = sorted(  # type: ignore[attr-defined]
                [*FRESH, (days, _("%(days)d days") % {"days": days})], key=lambda pair: pair[0]
            )
        self.initial["choices"] = "\n".join(self.instance.choices)

    def clean_choices(self) -> list[str]:
        lines = (line.strip() for line in self.cleaned_data["choices"].splitlines())
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) > MOST_CHOICES or any(len(line) > 200 for line in found):
            raise forms.ValidationError(_("At most 50 choices of 200 characters."))
        return found

    def clean(self) -> dict[str, Any]:
        """A new key is named after its label."""
        said = super().clean() or {}
        if not self.instance.pk and "label" in said:
            key = key_named(said["label"])
            if PreferenceKey.objects.filter(key=key).exists():
                self.add_error("label", _("There is one of this name already."))
            self.instance.key = key
        return said

    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.main]

    def advanced_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.advanced]

    def is_wrong_below(self) -> bool:
        return any(name in self.errors for name in self.advanced)


class RuleForm(forms.ModelForm):
    """Somebody who does this so often is worth remembering for it."""

    times = forms.IntegerField(label=_("At least so many times"), min_value=2, max_value=100)
    days = forms.IntegerField(label=_("Within so many days"), min_value=1, max_value=3650)
    about = forms.CharField(
        label=_("We remember it as"), max_length=60, help_text=_("Such as favourite tea. A new name makes a new one.")
    )

    class Meta:
        model = ObservedRule
        fields = ("what", "category", "times", "days")
        labels = {"what": _("Somebody"), "category": _("Only products of this kind")}
        help_texts = {"category": _("As it stands in the shop. Empty: of every kind. Searches have none.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["about"] = self.instance.key.label

    def save_with(self) -> ObservedRule:
        """The rule, not saved; its key is made where there is none."""
        label = self.cleaned_data["about"].strip()
        key, _made = PreferenceKey.objects.get_or_create(key=key_named(label), defaults={"label": label})
        rule: ObservedRule = self.instance
        rule.key = key
        return rule

    def clean_about(self) -> str:
        key_named(self.cleaned_data["about"])
        return self.cleaned_data["about"]
