"""The rooms of the dashboard. Each room names its urls by their stem: `people`, `person`, `pause_contact`."""

from django.urls import include, path

from engage.dashboard.shell.sample import paper

urlpatterns = [
    path("", include("engage.dashboard.home.urls")),
    path("start/", include("engage.dashboard.firstrun.urls")),
    path("", include("engage.dashboard.inbox.urls")),
    path("", include("engage.dashboard.leaving.urls")),
    path("", include("engage.dashboard.people.urls")),
    path("", include("engage.dashboard.groups.urls")),
    path("", include("engage.dashboard.companies.urls")),
    path("", include("engage.dashboard.person.urls")),
    path("", include("engage.dashboard.imports.urls")),
    path("", include("engage.dashboard.broadcasts.urls")),
    path("", include("engage.dashboard.messages.urls")),
    path("designs/", include("engage.dashboard.designs.urls")),
    path("", include("engage.dashboard.journeys.urls")),
    path("", include("engage.dashboard.board.urls")),
    path("", include("engage.dashboard.polls.urls")),
    path("", include("engage.dashboard.contests.urls")),
    path("", include("engage.dashboard.surveys.urls")),
    path("", include("engage.dashboard.offers.urls")),
    path("", include("engage.dashboard.counter.urls")),
    path("shop/", include("engage.dashboard.shop.urls")),
    path("settings/memory/", include("engage.dashboard.remembering.urls")),
    path("settings/", include("engage.dashboard.settings.urls")),
    path("", include("engage.dashboard.live.urls")),
    path("paper/", paper, name="paper"),
]
