from django.contrib import admin

from campaigns.offers.models import Given, ListedCode, Offer
from engage.lib.looking import ReadOnly


@admin.register(Offer)
class OfferAdmin(ReadOnly):
    list_display = ["name", "key", "coding", "given_count", "used_count", "stopped", "at", "by"]


@admin.register(Given)
class GivenAdmin(ReadOnly):
    list_display = ["offer", "contact", "cause", "at", "good_until", "used", "used_by"]
    list_select_related = ["offer", "contact"]


@admin.register(ListedCode)
class ListedCodeAdmin(ReadOnly):
    list_display = ["offer", "code", "taken"]
    list_select_related = ["offer"]
