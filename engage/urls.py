"""Which app answers where; no logic."""

from django.contrib import admin
from django.urls import include, path

from engage import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("engage.api.urls")),
    path("", include("crm.events.urls")),
    path("", include("crm.dialogue.urls")),
    path("", include("campaigns.channels.urls")),
    path("", include("campaigns.offers.urls")),
    path("", include("campaigns.surveys.urls")),
    path("", include("campaigns.proving.urls")),
    path("", include("campaigns.board.urls")),
    path("", include("campaigns.polls.urls")),
    path("", include("campaigns.contests.urls")),
    path("", include("campaigns.contests.voting.urls")),
    path("", include("campaigns.designs.urls")),
    path("", include("engage.chat.urls")),
    path("", include("engage.memory.urls")),
    path("", include("engage.dashboard.urls")),
]
