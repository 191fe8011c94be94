from crm.dialogue.actions.conversation import ConversationMoved, note, open_conversation, reply, say
from crm.dialogue.actions.holding import release_held, release_lapsed, release_waiting, wake_snoozed
from crm.dialogue.actions.pile import drop_piled_up, release_piled_up
from crm.dialogue.actions.queue import Draft, owe, queue
from crm.dialogue.actions.staff import (
    Assignment,
    assign_tasks,
    escalate_tasks,
    finish_task,
    make_task,
    reopen_task,
    write_note,
)
from crm.dialogue.actions.standing import assign, close, nothing_to_answer, reopen, snooze, unsay
from crm.dialogue.actions.stranger import say_as_stranger
from crm.dialogue.actions.subjects import add_subject, remove_subject, rename_subject

__all__ = [
    "Assignment",
    "ConversationMoved",
    "Draft",
    "add_subject",
    "assign",
    "assign_tasks",
    "close",
    "drop_piled_up",
    "escalate_tasks",
    "finish_task",
    "make_task",
    "note",
    "nothing_to_answer",
    "open_conversation",
    "owe",
    "queue",
    "release_held",
    "release_lapsed",
    "release_piled_up",
    "release_waiting",
    "remove_subject",
    "rename_subject",
    "reopen",
    "reopen_task",
    "reply",
    "say",
    "say_as_stranger",
    "snooze",
    "unsay",
    "wake_snoozed",
    "write_note",
]
