from crm.contacts.actions.consent import (
    CameBack,
    address_digest,
    lift_pause,
    lift_suppression,
    pause,
    record_consent,
    suppress,
    suppress_returned,
)
from crm.contacts.actions.erase import erase, erased_since, forget_strangers
from crm.contacts.actions.hold import Held, HoldFailed, Owner, hold
from crm.contacts.actions.learn import Profile, forget_sightings, learn, set_profiles, touch
from crm.contacts.actions.merge import CannotMerge, absorb, merge, undo_merge
from crm.contacts.actions.prove import prove

__all__ = [
    "CameBack",
    "CannotMerge",
    "Held",
    "HoldFailed",
    "Owner",
    "Profile",
    "absorb",
    "address_digest",
    "erase",
    "erased_since",
    "forget_sightings",
    "forget_strangers",
    "hold",
    "learn",
    "lift_pause",
    "lift_suppression",
    "merge",
    "pause",
    "prove",
    "record_consent",
    "set_profiles",
    "suppress",
    "suppress_returned",
    "touch",
    "undo_merge",
]
