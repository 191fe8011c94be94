"""A survey's pages within a frame on the owner's site."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from campaigns.surveys import queries
from campaigns.surveys.embeds.models import Placement
from engage.lib.public import embeddable


@dataclass(frozen=True, slots=True)
class Frame:
    """What pages and their script read of it: which sites may speak with it, where to tell that it was begun, where
    the "Don't" leads, and its place, where it has one."""

    sites: Sequence[str]
    begun: str = ""
    dont: str = ""
    place: UUID | None = None

    @property
    def sites_json(self) -> str:
        return json.dumps(list(self.sites))


def frame_of(request: HttpRequest, placement: Placement) -> Frame:
    args = [placement.survey.key, placement.uid]
    sites = [*placement.sites, *_named(placement), request.build_absolute_uri("/")[:-1]]
    return Frame(sites, reverse("begun_in_frame", args=args), reverse("dont_in_frame", args=args), placement.uid)


def framed(response: HttpResponse, frame: Frame) -> HttpResponse:
    return embeddable(response, frame.sites)


def _named(placement: Placement) -> Sequence[str]:
    version = placement.survey.current
    return queries.definition_of(version).embed_on if version else ()
