"""A link to a survey's public page that says where it stands, as text, QR code and a page to print."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from campaigns.surveys import queries
from campaigns.surveys.links import page_url
from campaigns.surveys.models import Survey
from campaigns.surveys.origins import LINK
from crm.business.queries import business
from engage.dashboard.shell.codes import qr_code
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.dashboard.surveys.place_forms import LinkForm
from engage.dashboard.surveys.tabs import stand
from engage.lib.spoken import speak


@require_GET
@role("owner", "marketer")
def share_survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """The name is kept nowhere but in the address of this page. One query."""
    found, form = _survey(uid), LinkForm(request.GET if "o" in request.GET else {"o": ""})
    stand(request, found)
    name = form.cleaned_data["o"] if form.is_valid() else ""
    asked = urlencode({"o": name or LINK})
    context = {
        "survey": found,
        "form": form if "o" in request.GET else LinkForm(),
        "link": link(found, name),
        "name": name or LINK,
        "qr": f"{reverse('survey_qr', args=[uid, 'svg'])}?{asked}",
        "png": f"{reverse('survey_qr', args=[uid, 'png'])}?{asked}",
        "sheet": f"{reverse('print_survey', args=[uid])}?{asked}",
    }
    return render(request, "surveys/share.html", context, status=400 if form.errors else 200)


@require_GET
@role("owner", "marketer")
def survey_qr(request: StaffRequest, uid: UUID, kind: str) -> HttpResponse:
    """The link as a picture."""
    found, name = _survey(uid), _name(request)
    return qr_code(link(found, name), kind, name=f"{found.key}-{name}")


@require_GET
@role("owner", "marketer")
def print_survey(request: StaffRequest, uid: UUID) -> HttpResponse:
    """A page for the counter, in the survey's language: what is asked, what people say yes to, and the code."""
    found, name = _survey(uid), _name(request)
    version = found.current
    shown = queries.definition_of(version) if version else None
    qr = f"{reverse('survey_qr', args=[uid, 'svg'])}?{urlencode({'o': name})}"
    context = {"survey": found, "shown": shown, "qr": qr, "link": link(found, name)}
    with speak(shown.language if shown else "", business().language):
        return render(request, "surveys/print.html", context)


def link(survey: Survey, name: str) -> str:
    url = page_url(survey.key)
    return f"{url}?{urlencode({'o': name})}" if name and name != LINK else url


def _name(request: StaffRequest) -> str:
    form = LinkForm(request.GET)
    if not form.is_valid():
        raise Http404
    return str(form.cleaned_data["o"]) or LINK


def _survey(uid: UUID) -> Survey:
    return get_object_or_404(Survey.objects.select_related("current").exclude(current=None), uid=uid)
