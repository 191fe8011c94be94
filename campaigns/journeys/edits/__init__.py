"""What can be done to a draft in the editor: each edit is a function of the JSON that gives another, and says clearly
why where it does not. A valid draft stays valid."""

from campaigns.journeys.edits.contents import change, change_way, change_whole
from campaigns.journeys.edits.more_ways import add_arm, add_way, take_way
from campaigns.journeys.edits.moving import connect, duplicate, insert, move, remove
from campaigns.journeys.edits.settling import Refused, WouldLose

__all__ = [
    "Refused",
    "WouldLose",
    "add_arm",
    "add_way",
    "change",
    "change_way",
    "change_whole",
    "connect",
    "duplicate",
    "insert",
    "move",
    "remove",
    "take_way",
]
