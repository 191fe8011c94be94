"""The list, as it is narrowed, taken away as a file. Who took it stays on record."""

from collections.abc import Iterator, Mapping, Sequence

from django import forms
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from crm.contacts import searching
from crm.contacts.models import Contact, Exported
from crm.lists.columns import IN_A_FILE, Column, columns_of
from crm.lists.exporting import csv_lines, json_lines
from crm.lists.finding import everyone
from crm.lists.narrowing import Applied
from crm.preferences.queries import keys_for
from engage.dashboard.people.looking import Look, look_of
from engage.dashboard.shell.requests import StaffRequest
from engage.dashboard.shell.roles import role
from engage.lib import clock

SLICE = 1_000
FORMATS = {"csv": ("text/csv; charset=utf-8", csv_lines), "json": ("application/json", json_lines)}


class ExportForm(forms.Form):
    """The columns of the list are ticked already, beside who the people are."""

    format = forms.ChoiceField(
        label=_("As"), choices=[("csv", _("A table for spreadsheets (CSV)")), ("json", "JSON")], initial="csv"
    )
    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, columns: Mapping[str, Column], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = [(key, column.label) for key, column in columns.items()]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@role("owner", "marketer")
def export_people(request: StaffRequest) -> HttpResponseBase:
    """Asks which columns; streams the file, in constant memory and without a transaction around it."""
    look, columns = look_of(request), columns_of(keys_for(str(request.user.role)), file=True)
    ticked = list(dict.fromkeys([*IN_A_FILE, *look.columns]))
    form = ExportForm(request.POST or None, columns=columns, initial={"columns": ticked})
    if form.is_valid():
        chosen = {key: column for key, column in columns.items() if key in form.cleaned_data["columns"]}
        return _file(request, form.cleaned_data["format"], chosen, look)
    context = {"form": form, "filters": look.filters, "search": look.search}
    return render(request, "people/export_people.html", context, status=400 if form.is_bound else 200)


def _file(request: StaffRequest, format: str, columns: Mapping[str, Column], look: Look) -> HttpResponse:
    at = clock.now()
    kind, lines = FORMATS[format]
    record = Exported.objects.create(
        by=str(request.user),
        at=at,
        format=format,
        columns=list(columns),
        narrowed=[one.words for one in look.filters],
        searched=bool(look.search),
    )
    people = _counted(record, slices(look.search, look.filters))
    body = lines(columns, people, role=str(request.user.role), at=at)
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
