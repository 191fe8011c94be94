from crm.leaving.actions.opening import Opening, follow_tasks, open_by_hand, open_cases
from crm.leaving.actions.passing import keep_the_older, lapse, release_freed, take_reminders
from crm.leaving.actions.settling import correct, settle
from crm.leaving.actions.signs import tick, untick

__all__ = [
    "Opening",
    "correct",
    "follow_tasks",
    "keep_the_older",
    "lapse",
    "open_by_hand",
    "open_cases",
    "release_freed",
    "settle",
    "take_reminders",
    "tick",
    "untick",
]
