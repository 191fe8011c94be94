from crm.contacts.models.consent import Consent, Pause, Suppression, Topic
from crm.contacts.models.contact import Company, Contact
from crm.contacts.models.identity import Identity, Merge, MergeProposal

__all__ = [
    "Company",
    "Consent",
    "Contact",
    "Identity",
    "Merge",
    "MergeProposal",
    "Pause",
    "Suppression",
    "Topic",
]
