from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.business.models import Business, Key, User
from engage.dashboard.settings.places import COUNTRIES, CURRENCIES


class ShopForm(forms.ModelForm):
    """The shop itself."""

    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
    timezone = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in sorted(available_timezones())])
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("en", "English"), ("es", "Español"), ("zh-hans", "中文")]
    )

    class Meta:
        model = Business
        fields: tuple[str, ...] = (
            "name",
            "one_word",
            "colour",
            "postal_address",
            "address_form",
            "country",
            "timezone",
            "currency",
            "language",
        )
        labels = {
            "name": _("Name"),
            "one_word": _("Our shop in one word"),
            "colour": _("Colour"),
            "postal_address": _("Postal address"),
            "address_form": _("How we speak to customers"),
        }
        help_texts = {
            "one_word": _("Coffee, books, bicycles."),
            "colour": _("On the pages that customers see."),
            "postal_address": _("Stands at the foot of every message; the law of most countries asks for it."),
        }
        widgets = {
            "colour": forms.TextInput({"type": "color"}),
            "postal_address": forms.Textarea({"rows": 3, "autocomplete": "street-address"}),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class SenderForm(forms.ModelForm):
    """From whom messages come."""

    class Meta:
        model = Business
        fields = ("sender_name", "sender_email", "track_opens")
        labels = {
            "sender_name": _("From"),
            "sender_email": _("Address"),
            "track_opens": _("Note when messages are opened"),
        }
        help_texts = {
            "sender_name": _("A person's name, such as: Olga from Quay Lane."),
            "track_opens": _("By a picture in each message. Some mail programs load it unasked, others never."),
            "sender_email": _("Answers of customers come to it. At your own domain, or mail may land in spam."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("sender_name", "sender_email"):
            self.fields[name].required = True


class LimitsForm(forms.ModelForm):
    """How often we may speak first, and when."""

    class Meta:
        model = Business
        fields = (
            "weekly_cap",
            "question_days",
            "survey_days",
            "quiet_from",
            "quiet_until",
            "held_policy",
            "held_hours",
        )
        labels = {
            "weekly_cap": _("Marketing messages a week, at most"),
            "question_days": _("Days between two questions"),
            "survey_days": _("Days between two surveys on your website"),
            "quiet_from": _("Quiet from"),
            "quiet_until": _("Quiet until"),
            "held_policy": _("What was held while we talked"),
            "held_hours": _("Hours after the conversation"),
        }
        help_texts = {
            "weekly_cap": _("To one person, over all channels. Receipts and answers do not count."),
            "survey_days": _("That appear by themselves. To one person, whichever survey; put away counts too."),
            "quiet_from": _("In the customer's own time zone."),
            "held_policy": _("Messages wait while a person talks with us. After that we send them, or drop them."),
            "held_hours": _("So long after the conversation ends they leave."),
        }
        widgets = {
            "weekly_cap": forms.NumberInput({"min": 0, "max": 50}),
            "question_days": forms.NumberInput({"min": 1, "max": 365}),
            "survey_days": forms.NumberInput({"min": 1, "max": 365}),
            "quiet_from": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "held_hours": forms.NumberInput({"min": 0, "max": 168}),
        }

    def clean_weekly_cap(self) -> int:
        return _at_most(self.cleaned_data["weekly_cap"], 50)

    def clean_question_days(self) -> int:
        return _at_most(self.cleaned_data["question_days"], 365)

    def clean_survey_days(self) -> int:
        return _at_most(self.cleaned_data["survey_days"], 365)

    def clean_held_hours(self) -> int:
        return _at_most(self.cleaned_data["held_hours"], 168)


def _at_most(value: int, most: int) -> int:
    if value > most:
        raise forms.ValidationError(_("At most %(most)d.") % {"most": most})
    return value


class KeyForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("For"),
        choices=[
            (Key.Kind.WRITE, _("Your servers: events and identities")),
            (Key.Kind.API, _("REST: read and change")),
        ],
        widget=forms.RadioSelect,
        initial=Key.Kind.WRITE,
    )
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Where it is used, such as: web shop."))


class ColleagueForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (User.Role.AGENT, _("Agent: answers customers")),
            (User.Role.MARKETER, _("Marketer: answers, writes and sends")),
            (User.Role.OWNER, _("Owner: everything, keys and team too")),
        ],
        widget=forms.RadioSelect,
        initial=User.Role.AGENT,
    )

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody in the team signs in with this address already."))
        return email
