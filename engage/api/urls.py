"""Which resource answers where; no logic."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from campaigns.board.api import Suggestions, Votes
from campaigns.broadcasts.api import Broadcasts
from campaigns.contests.api import Contests, Entries
from campaigns.contests.sharing.api import ContestShares
from campaigns.contests.voting.api import ContestVotes
from campaigns.designs.api import Designs
from campaigns.journeys.api import Journeys
from campaigns.journeys.entering_api import ContactEnrolments, JourneyEnrolments
from campaigns.offers.api import Offers, OffersGiven
from campaigns.polls.api import Polls
from campaigns.surveys.api import Responses, Surveys
from crm.business.hours_api import Hours
from crm.catalog.api import ContactOrders, Orders, Products
from crm.contacts.api import ContactConsents, Contacts, Merges, Suppressions, Topics
from crm.contacts.companies import Companies
from crm.dialogue.api import ConversationMessages, Conversations
from crm.dialogue.teams_api import Teams
from crm.events.api import Envelopes, Events
from crm.lists.api import People, Views
from crm.preferences.api import ContactPreferences, Preferences
from crm.segments.api import Segments
from engage.api.acts import Acts
from engage.api.messages import Messages
from engage.api.missing import nothing_here
from engage.api.people import Export, Timeline

router = SimpleRouter(use_regex_path=False)
for name, resource in {
    "contacts": Contacts,
    "people": People,
    "views": Views,
    "acts": Acts,
    "companies": Companies,
    "merges": Merges,
    "topics": Topics,
    "events": Events,
    "envelopes": Envelopes,
    "preferences": Preferences,
    "segments": Segments,
    "journeys": Journeys,
    "broadcasts": Broadcasts,
    "messages": Messages,
    "templates": Designs,
    "conversations": Conversations,
    "teams": Teams,
    "surveys": Surveys,
    "responses": Responses,
    "suggestions": Suggestions,
    "votes": Votes,
    "polls": Polls,
    "contest-votes": ContestVotes,
    "contest-shares": ContestShares,
    "contests": Contests,
    "entries": Entries,
    "offers": Offers,
    "offers-given": OffersGiven,
    "products": Products,
    "orders": Orders,
}.items():
    router.register(name, resource, basename=name)

resources = [
    *router.urls,
    path("suppressions/", Suppressions.as_view({"get": "list", "post": "create", "delete": "lift"})),
    path("hours/", Hours.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("contacts/<uuid:contact>/preferences/", ContactPreferences.as_view({"get": "list"})),
    path("contacts/<uuid:contact>/consents/", ContactConsents.as_view({"get": "list", "post": "create"})),
    path("contacts/<uuid:contact>/timeline/", Timeline.as_view({"get": "retrieve"})),
    path("contacts/<uuid:contact>/enrolments/", ContactEnrolments.as_view({"get": "list"})),
    path("contacts/<uuid:contact>/orders/", ContactOrders.as_view({"get": "list"})),
    path("contacts/<uuid:contact>/export/", Export.as_view({"get": "retrieve"})),
    path("journeys/<uuid:journey>/enrolments/", JourneyEnrolments.as_view({"get": "list", "post": "create"})),
    path(
        "conversations/<uuid:conversation>/messages/", ConversationMessages.as_view({"get": "list", "post": "create"})
    ),
    path(
        "conversations/<uuid:conversation>/messages/<uuid:message>/raw/",
        ConversationMessages.as_view({"get": "raw"}),
        name="message_raw",
    ),
]

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api_schema"), name="api_docs"),
    path("v1/", include(resources)),
    re_path(r"^v1/", nothing_here),
]
