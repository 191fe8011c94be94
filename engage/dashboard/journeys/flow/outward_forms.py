"""The fields of steps that lead out of the journey: to other systems, other journeys, and offers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.journeys import queries
from campaigns.offers import queries as offers
from engage.dashboard.journeys.flow.forms import CardForm, offer


class WebhookForm(CardForm):
    at = {"": "url", "url": "url", "event": "event"}
    advanced = ("event",)
    url = forms.CharField(
        label=_("Address"),
        max_length=600,
        help_text=_("Such as https://shop.example/hook. It gets who they are and what began this, signed."),
    )
    event = forms.CharField(label=_("Name"), max_length=80, help_text=_("What the receiver reads as its type."))

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        return {"url": part.get("url", ""), "event": part.get("event", "journey.step")}

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.cleaned_data["url"], "event": self.cleaned_data["event"]}


class AnotherForm(CardForm):
    """Another journey, to be led onto or off."""

    at = {"": "journey", "journey": "journey"}
    journey = forms.ChoiceField(label=_("Journey"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        offer(self, "journey", [("", _("none")), *queries.names()])

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        return {"journey": part.get("journey", "")}

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        return {"journey": self.cleaned_data["journey"]}


class JoinForm(AnotherForm):
    journey = forms.ChoiceField(
        label=_("Journey"),
        help_text=_("They begin it as its own start says how often one may; who may not goes on here all the same."),
    )


class OfferForm(CardForm):
    at = {"": "offer", "offer": "offer"}
    offer = forms.ChoiceField(
        label=_("Offer"),
        help_text=_("The messages after it can say {{ offer.name }}, {{ offer.code }} and {{ offer.url }}."),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        offer(self, "offer", [("", _("none")), *offers.choices()])

    @staticmethod
    def read(part: dict[str, Any]) -> dict[str, Any]:
        return {"offer": part.get("offer", "")}

    def said(self, part: dict[str, Any]) -> dict[str, Any]:
        return {"offer": self.cleaned_data["offer"]}


OUTWARD: dict[str, type[CardForm]] = {
    "webhook": WebhookForm,
    "join": JoinForm,
    "leave": AnotherForm,
    "offer": OfferForm,
}
