from crm.contacts.models.consent import Consent, Pause, Suppression, Topic
from crm.contacts.models.contact import Company, Contact, Sighting
from crm.contacts.models.exported import Exported
from crm.contacts.models.identity import Identity, Merge, MergeProposal, MergeRule, TwinsSought
from crm.contacts.models.import_ import Foreseen, Import, Imported, NotTaken
from crm.contacts.models.job import Job
from crm.contacts.models.origin import Origin

__all__ = [
    "Company",
    "Consent",
    "Contact",
    "Foreseen",
    "Exported",
    "Identity",
    "Import",
    "Imported",
    "Job",
    "Merge",
    "MergeProposal",
    "MergeRule",
    "NotTaken",
    "Origin",
    "Pause",
    "Sighting",
    "Suppression",
    "Topic",
    "TwinsSought",
]
