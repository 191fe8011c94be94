from campaigns.contests.models.announcing import Announcement
from campaigns.contests.models.contest import Contest, Entry, Prize, Small
from campaigns.contests.models.sharing import Share
from campaigns.contests.models.voting import Comparison, CountedRing, Juror, Score, Vote

__all__ = [
    "Announcement",
    "Comparison",
    "Contest",
    "CountedRing",
    "Entry",
    "Juror",
    "Prize",
    "Score",
    "Share",
    "Small",
    "Vote",
]
