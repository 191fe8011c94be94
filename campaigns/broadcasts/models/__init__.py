from campaigns.broadcasts.models.broadcast import Broadcast
from campaigns.broadcasts.models.turn import Turn
from campaigns.broadcasts.models.variant import Variant

__all__ = ["Broadcast", "Turn", "Variant"]
