"""What people do with broadcasts. Every verb is keyword-only, with `by` and `at`; each locks the row for an instant.

drafts      `create_broadcast`, `edit_broadcast`, `copy_broadcast`, `delete_draft`
beginning   `start`: 60 s from now, or when it is put down for; raises NotReady with every problem, each at its field
            `cancel` before it began makes it a draft again
under way   `pause`, `resume` (a brake asks for `sure`), `cancel`, `set_pace`, `choose_winner`
afterwards  `remind`, `follow_up`: drafts of their own that point to the first

Raises WrongState where the state does not allow it, and BrakeOn. What the belt does is in `running`; reads are in
`queries`, what holds a broadcast up in `standing`, numbers of people in `estimating`.
"""

from campaigns.broadcasts.actions.drafting import (
    WrongState,
    copy_broadcast,
    create_broadcast,
    delete_draft,
    edit_broadcast,
)
from campaigns.broadcasts.actions.following import AlreadyReminding, follow_up, remind
from campaigns.broadcasts.actions.steering import BrakeOn, cancel, choose_winner, pause, resume, set_pace, start
from campaigns.broadcasts.preparing import NotReady

__all__ = [
    "AlreadyReminding",
    "BrakeOn",
    "NotReady",
    "WrongState",
    "cancel",
    "choose_winner",
    "copy_broadcast",
    "create_broadcast",
    "delete_draft",
    "edit_broadcast",
    "follow_up",
    "pause",
    "remind",
    "resume",
    "set_pace",
    "start",
]
