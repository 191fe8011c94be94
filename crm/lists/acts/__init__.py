"""What can be done to many people at once. Erasing is not among it, nor is giving permission."""

from crm.lists.acts.act import Act
from crm.lists.acts.company import JOIN
from crm.lists.acts.groups import PUT_IN, TAKE_OUT
from crm.lists.acts.memory import REMEMBER
from crm.lists.acts.pauses import LIFT, PAUSE
from crm.lists.acts.permission import WITHDRAW

ACTS: dict[str, Act] = {
    "put-in": PUT_IN,
    "take-out": TAKE_OUT,
    "remember": REMEMBER,
    "pause": PAUSE,
    "lift": LIFT,
    "company": JOIN,
    "withdraw": WITHDRAW,
}


def register_act(key: str, act: Act) -> None:
    """For the rooms above, which know more that can be done to people."""
    ACTS[key] = act
