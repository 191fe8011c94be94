"""What the board tells the rooms below."""

from django.utils.translation import gettext_lazy as _

from campaigns.board import wishes  # noqa: F401 registers what may be wanted
from campaigns.board.counting import recount_of
from campaigns.board.erasing import erase_votes, nothing_more
from campaigns.board.models import Suggestion
from crm.contacts import erasing, merging
from crm.rules import Field, Kind, Rows, registry

STATE = Field("state", _("state"), Kind.CHOICE, "r.state", lambda: tuple(Suggestion.State.choices))
TITLE = Field("title", _("words"), Kind.TEXT, "r.title")

registry.add(
    Rows(
        "suggestion",
        _("suggested something"),
        "(SELECT s.* FROM campaigns_board_suggestion AS s WHERE s.standing <> 'refused')",
        (STATE, TITLE, Field("votes", _("votes"), Kind.NUMBER, "r.votes")),
    ),
    Rows(
        "vote",
        _("voted for a suggestion"),
        "(SELECT v.id, v.contact_id, v.at, s.state, s.title FROM campaigns_board_vote AS v "
        "JOIN campaigns_board_suggestion AS s ON s.id = v.suggestion_id)",
        (STATE, TITLE),
    ),
)
merging.register("campaigns_board_suggestion")
merging.register("campaigns_board_vote", after=recount_of)
erasing.register("campaigns_board_vote", erase_votes)
erasing.register("campaigns_board_suggestion", nothing_more)
