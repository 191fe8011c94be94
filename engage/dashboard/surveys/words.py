"""What surveys are called on screen."""

from django.utils.translation import gettext_lazy as _

from campaigns.surveys.definition import Type
from campaigns.surveys.models import Survey

SENTENCE_HINT = _("Write {{ value }} where the answer stands.")

STATE_LABELS: dict[str, object] = {
    Survey.State.DRAFT: _("Draft"),
    Survey.State.PUBLISHED: _("Open"),
    Survey.State.CLOSED: _("Closed"),
}
KIND_LABELS: dict[str, object] = {
    Type.ONE_OF: _("One of"),
    Type.SEVERAL_OF: _("Several of"),
    Type.STARS: _("Stars"),
    Type.YES_NO: _("Yes or no"),
    Type.TEXT: _("Words"),
    Type.EMAIL: _("E-mail address"),
    Type.FIRST_NAME: _("First name"),
    Type.PERMISSION: _("Permission to write"),
}
