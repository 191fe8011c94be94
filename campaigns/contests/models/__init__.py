from campaigns.contests.models.contest import Contest, Entry, Prize, Small
from campaigns.contests.models.sharing import Share
from campaigns.contests.models.voting import Comparison, Juror, Score, Vote

__all__ = ["Comparison", "Contest", "Entry", "Juror", "Prize", "Score", "Share", "Small", "Vote"]
