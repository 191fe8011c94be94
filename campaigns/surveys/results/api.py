"""What came of a survey, over REST."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from campaigns.surveys.asked.parse import parse
from campaigns.surveys.models import Response as Answered
from campaigns.surveys.models import Survey
from campaigns.surveys.queries import definition_of
from campaigns.surveys.results.measuring import Measure
from campaigns.surveys.results.narrowing import Narrowed
from campaigns.surveys.results.results import Result, Results, results
from crm.rules import InvalidRule, NoEventAtHand
from crm.segments.models import Segment


class NarrowedFilters(serializers.Serializer):
    since = serializers.DateField(required=False, help_text="Answered on this day of the shop's or later")
    until = serializers.DateField(required=False, help_text="Answered on this day or before")
    language = serializers.CharField(max_length=10, required=False, help_text="Of the page")
    origin = serializers.CharField(max_length=30, required=False, help_text="Where they came from")


class ResultsFilters(NarrowedFilters):
    group = serializers.UUIDField(required=False, help_text="A segment; counted among the latest 20,000 answers")


class BarSerializer(serializers.Serializer):
    answer = serializers.CharField()
    count = serializers.IntegerField()
    share = serializers.IntegerField(help_text="Percent of those who answered the question")
    low = serializers.IntegerField(help_text="Of the interval of the share at 95 %")
    high = serializers.IntegerField()


class RowSerializer(serializers.Serializer):
    row = serializers.CharField()
    counts = serializers.ListField(child=serializers.IntegerField(), help_text="By column")


class MeasureSerializer(serializers.Serializer):
    measure = serializers.CharField(help_text="NPS, an average, a share in percent")
    value = serializers.FloatField()
    interval = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="At 95 %; null from fewer than 30 answers"
    )
    change = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="The interval of how much it grew since as many days before; null where it cannot be told",
    )


class QuestionSerializer(serializers.Serializer):
    id = serializers.CharField()
    type = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    answered = serializers.IntegerField()
    bars = BarSerializer(many=True)
    columns = serializers.ListField(child=serializers.CharField(allow_blank=True), help_text="Of a matrix")
    rows = RowSerializer(many=True)
    measures = MeasureSerializer(many=True)


class ResultsSerializer(serializers.Serializer):
    answered = serializers.IntegerField()
    unconfirmed = serializers.IntegerField()
    begun = serializers.IntegerField()
    screened = serializers.IntegerField()
    median_seconds = serializers.FloatField(allow_null=True)
    cut = serializers.BooleanField(help_text="Only the latest 20,000 answers were looked at")
    questions = QuestionSerializer(many=True)


def of(survey: Survey, said: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Raises ValidationError."""
    shown = definition_of(survey.current) if survey.current else parse(survey.draft)
    try:
        return _as_data(results(survey, shown, _narrowed(said), at=at))
    except (InvalidRule, NoEventAtHand) as error:
        raise ValidationError({"group": ["This segment cannot be asked of answers."]}) from error


def narrow_by(found: QuerySet[Answered], said: dict[str, Any]) -> QuerySet[Answered]:
    """Responses by day and language, as lists have it."""
    names = {"since": "day__gte", "until": "day__lte", "language": "language"}
    return found.filter(**{field: said[name] for name, field in names.items() if name in said})


def _narrowed(said: dict[str, Any]) -> Narrowed:
    return Narrowed(
        said.get("since"),
        said.get("until"),
        said.get("language", ""),
        said.get("origin", ""),
        _group(said["group"]) if "group" in said else None,
    )


def _group(uid: UUID) -> Segment:
    found = Segment.objects.filter(uid=uid).first()
    if found is None:
        raise ValidationError({"group": ["There is no such segment."]})
    return found


def _as_data(found: Results) -> dict[str, Any]:
    names = ("answered", "unconfirmed", "begun", "screened", "cut")
    return {name: getattr(found, name) for name in names} | {
        "median_seconds": found.took,
        "questions": [_question(one) for one in found.questions],
    }


def _question(one: Result) -> dict[str, Any]:
    table = one.tally.table
    return {
        "id": one.question.id,
        "type": str(one.question.type),
        "text": one.question.text,
        "answered": one.answered,
        "bars": [
            {"answer": bar.label, "count": bar.count, "share": bar.share, "low": bar.low, "high": bar.high}
            for bar in one.tally.bars
        ],
        "columns": [column.label for column in table.columns] if table else [],
        "rows": [{"row": label, "counts": [cell.count for cell in cells]} for label, cells in table.rows]
        if table
        else [],
        "measures": [_measure(measure) for measure in one.measures],
    }


def _measure(one: Measure) -> dict[str, Any]:
    return {"measure": one.label, "value": one.value, "interval": one.ends, "change": one.grown}
