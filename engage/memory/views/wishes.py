"""What they suggested and voted for, with their word over it: take the vote back, hear no more, leave the name out."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.board import actions, queries
from engage.memory.links import Guest
from engage.memory.views.everything import proved


@proved
@require_POST
def take_wish_back(request: HttpRequest, guest: Guest, proof: str, uid: UUID) -> HttpResponse:
    done = ""
    if found := queries.find(uid):
        done = "wish" if actions.take_back(suggestion=found, contact=guest.contact.pk) else ""
    return _back(proof, done)


@proved
@require_POST
def hear_no_more(request: HttpRequest, guest: Guest, proof: str, uid: UUID) -> HttpResponse:
    if found := queries.find(uid):
        actions.tell_no_more(suggestion=found, contact=guest.contact.pk)
    return _back(proof, "quiet")


@proved
@require_POST
def leave_name_out(request: HttpRequest, guest: Guest, proof: str, uid: UUID) -> HttpResponse:
    actions.leave_name_out(uid=uid, contact=guest.contact.pk)
    return _back(proof, "nameless")


def _back(proof: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('everything', args=[proof])}{f'?done={done}' if done else ''}", status=303)
