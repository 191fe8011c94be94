"""What each channel needs to be set up, by provider. A secret is never shown: left empty, it stays what it is."""

import json
import re
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

from campaigns.channels.models import Account
from campaigns.channels.onsite.views import BANNER, SLIDE
from campaigns.channels.sms.gateway import PLACES
from campaigns.channels.webhook.secrets import present
from crm.business.queries import business
from crm.contacts import normal
from engage.dashboard.settings.places import CURRENCIES
from engage.lib import clock
from engage.lib.outward import LONGEST_URL, place

KEPT = _("Left empty, it stays what it is.")
FIELDS = '{"to": "{to}", "text": "{text}"}'


class AccountForm(forms.Form):
    """`secret_names` are the fields whose values are secrets."""

    channel: str
    provider: str
    label: Any
    secret_names: tuple[str, ...] = ()

    def __init__(self, data: Any, account: Account | None) -> None:
        self.account = account if account and account.provider == self.provider else None
        super().__init__(data, initial=self._known())
        for name in self.secret_names:
            if self.account and self.account.secrets.get(name):
                self.fields[name].required = False
                self.fields[name].help_text = KEPT

    def _known(self) -> dict[str, Any]:
        if self.account is None:
            return {"currency": business().currency}
        return {**self.account.options, "price": self.account.price, "currency": self.account.currency}

    def said(self) -> dict[str, Any]:
        """What `set_account` is given. Call after `is_valid`."""
        terms: dict[str, Any] = {name: self.cleaned_data[name] for name in ("price", "currency") if name in self.fields}
        secrets = {name: self.cleaned_data[name] for name in self.secret_names}
        options = {k: v for k, v in self.cleaned_data.items() if k not in terms and k not in secrets}
        known = {"channel": self.channel, "provider": self.provider, "options": options, "secrets": secrets}
        return known | terms


class PricedForm(AccountForm):
    price = forms.DecimalField(
        label=_("Price of a segment"),
        max_digits=10,
        decimal_places=6,
        required=False,
        validators=[MinValueValidator(0)],
        help_text=_("As your contract says; noted with each message. Empty if you do not want to count."),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)


class TwilioForm(PricedForm):
    channel, provider, label = "sms", "twilio", "Twilio"
    secret_names = ("token",)
    sid = forms.RegexField(r"^AC[0-9a-zA-Z]+$", label=_("Account SID"), max_length=64)
    token = forms.CharField(label=_("Auth token"), max_length=200, widget=forms.PasswordInput)
    sender = forms.CharField(
        label=_("Sender"), max_length=64, help_text=_("A number such as +447…, a name, or a messaging service: MG…")
    )
    field_order = ("sid", "token", "sender", "price", "currency")


class GatewayForm(PricedForm):
    channel, provider, label = "sms", "gateway", _("Another gateway")
    secret_names = ("authorization",)
    url = forms.CharField(label=_("Address"), max_length=LONGEST_URL, help_text=_("Each message is a POST to it."))
    format = forms.ChoiceField(label=_("Sent as"), choices=[("json", "JSON"), ("form", _("a form"))])
    fields_ = forms.CharField(
        label=_("Fields"),
        max_length=4000,
        initial=FIELDS,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        help_text=_("As JSON. {to} stands for the number, {text} for the words, {id} for the message."),
    )
    authorization = forms.RegexField(
        r"^[ -~]*$",
        label=_("Header Authorization"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput,
        help_text=_("Such as: Bearer 1234. Empty if it wants none."),
    )
    field_order = ("url", "format", "fields_", "authorization", "price", "currency")

    def _known(self) -> dict[str, Any]:
        known = super()._known()
        if self.account:
            known["fields_"] = json.dumps(self.account.options["fields"], indent=2, ensure_ascii=False)
        return known

    def clean_url(self) -> str:
        return address(self.cleaned_data["url"])

    def clean_fields_(self) -> dict[str, Any]:
        text = self.cleaned_data["fields_"]
        try:
            fields = json.loads(text)
        except ValueError as error:
            raise forms.ValidationError(_("This is not JSON.")) from error
        if not isinstance(fields, dict) or not all(spot in text for spot in PLACES[:2]):
            raise forms.ValidationError(_("It must be an object with {to} and {text} in it."))
        return fields

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        nested = any(not isinstance(value, str) for value in (data.get("fields_") or {}).values())
        if data.get("format") == "form" and nested:
            self.add_error("fields_", _("In a form each field is a text."))
        return data

    def said(self) -> dict[str, Any]:
        said = super().said()
        said["options"]["fields"] = said["options"].pop("fields_")
        return said


class WebhookForm(AccountForm):
    channel, provider, label = "webhook", "endpoint", _("Your endpoint")
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        help_text=_("Each message is a POST to it, signed with the secret of webhooks, under Developer."),
    )

    def clean_url(self) -> str:
        url = address(self.cleaned_data["url"])
        if not present(at=clock.now()):
            raise forms.ValidationError(_("Make a secret for webhooks first: behind the gear, Developer."))
        return url


class OnsiteForm(AccountForm):
    channel, provider, label = "onsite", "script", _("By the site script")
    shape = forms.ChoiceField(
        label=_("Shown as"),
        choices=[(SLIDE, _("a card that slides in below")), (BANNER, _("a banner on top"))],
        help_text=_("To people we know by their device, once a week at most, after they did something on the page."),
    )


class WebpushForm(AccountForm):
    channel, provider, label = "webpush", "browser", _("By the push service of each browser")
    words = forms.CharField(
        label=_("What people say yes to"),
        max_length=200,
        required=False,
        help_text=_("The topic’s name is put behind it. Empty: “Notify me in this browser about:”."),
    )


class NumberForm(forms.Form):
    """To whom a test goes."""

    number = forms.CharField(label=_("Your own number"), max_length=40, widget=forms.TextInput({"type": "tel"}))

    def clean_number(self) -> str:
        key = normal.identity("phone", self.cleaned_data["number"], country=business().country)
        if key is None:
            raise forms.ValidationError(_("This does not look like a telephone number."))
        return key.value


def address(url: str) -> str:
    """An address that we may POST to; what stands behind its name is looked at when it is sent."""
    url = url.strip()
    if place(url) is None or not re.match("https?://", url):
        raise forms.ValidationError(_("This must be an address such as https://shop.example/hook."))
    return url


FORMS: dict[str, tuple[type[AccountForm], ...]] = {
    "sms": (TwilioForm, GatewayForm),
    "webhook": (WebhookForm,),
    "onsite": (OnsiteForm,),
    "webpush": (WebpushForm,),
}
"""By channel, what it can be set up with."""
