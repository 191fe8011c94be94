"""The list, as it is narrowed, taken away as a file. Who took it stays on record."""

from collections.abc import Iterator, Sequence

from django import forms
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from crm.contacts import searching
from crm.contacts.exporting import COLUMNS, csv_lines, json_lines
from crm.contacts.models import Contact, Exported
from engage.dashboard.people import searches
from engage.dashboard.people.finding import everyone
from engage.dashboard.people.narrowing import Applied, filters_or_404
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

SLICE = 1_000
FORMATS = {"csv": ("text/csv; charset=utf-8", csv_lines), "json": ("application/json", json_lines)}
USUAL = ["name", "email", "phone", "company", "language", "country", "last_seen", "permissions"]


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=_("As"), choices=[("csv", _("A table for spreadsheets (CSV)")), ("json", "JSON")], initial="csv"
    )
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=[(key, column.label) for key, column in COLUMNS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=USUAL,
    )


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def export_people(request: StaffRequest) -> HttpResponseBase:
    """Asks which columns; streams the file, in constant memory and without a transaction around it."""
    filters = filters_or_404(request.GET.dict(), clock.now())
    search = searches.kept(request, request.GET.get("found", ""))
    form = ExportForm(request.POST or None)
    if form.is_valid():
        return _file(request, form, search, filters)
    context = {"form": form, "filters": filters, "search": search}
    return render(request, "people/export_people.html", context, status=400 if form.is_bound else 200)


def _file(request: StaffRequest, form: ExportForm, search: str, filters: Sequence[Applied]) -> HttpResponse:
    columns, at = form.cleaned_data["columns"], clock.now()
    kind, lines = FORMATS[form.cleaned_data["format"]]
    record = Exported.objects.create(
        by=str(request.user),
        at=at,
        format=form.cleaned_data["format"],
        columns=columns,
        narrowed=[one.words for one in filters],
        searched=bool(search),
    )
    body = lines(columns, _counted(record, slices(search, filters)))
    name = f"people-{at:%Y-%m-%d}.{record.format}"
    return StreamingHttpResponse(  # type: ignore[return-value]
        body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def slices(search: str, filters: Sequence[Applied]) -> Iterator[list[Contact]]:
    """Everybody in the list, by id: one query for each slice, and one more where something is searched for."""
    found, key = everyone(filters=filters).select_related("company").order_by("pk"), 0
    while True:
        if search:
            ids = searching.after(search, key, most=SLICE)
            contacts, key = list(found.filter(pk__in=ids)), ids[-1] if ids else 0
            ended = not ids
        else:
            contacts = list(found.filter(pk__gt=key)[:SLICE])
            key, ended = contacts[-1].pk if contacts else 0, not contacts
        if ended:
            return
        if contacts:
            yield contacts


def _counted(record: Exported, parts: Iterator[list[Contact]]) -> Iterator[list[Contact]]:
    """The same, and how far it came is written down even if it is broken off."""
    rows, finished = 0, None
    try:
        for contacts in parts:
            yield contacts
            rows += len(contacts)
        finished = clock.now()
    finally:
        Exported.objects.filter(pk=record.pk).update(rows=rows, finished=finished)
