"""Browsers that take notifications: whose they are, since when, and until they are gone."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from campaigns.channels.models import PushEndpoint
from campaigns.channels.webpush import browsers
from campaigns.channels.webpush.browsers import Browser
from crm.contacts.actions import Held, Owner, hold, learn, record_consent
from crm.contacts.erasing import Erased
from crm.contacts.evidence import evidence
from crm.contacts.identify import Recogniser, Signature
from crm.contacts.models import Consent, Contact, Identity
from crm.contacts.normal import IdentityKey
from engage.lib import sql
from engage.lib.patience import patient

CHANNEL = "webpush"
PUSH = Identity.Kind.PUSH.value
MOST = 5
"""Browsers of one person; with one more the one of longest standing is forgotten."""


@patient
def subscribe(
    *,
    browser: Browser,
    topics: Collection[str],
    words: str,
    how: str,
    source: str,
    at: datetime,
    device: IdentityKey | None = None,
    contact: Contact | None = None,
    network_address: str | None = None,
) -> Contact:
    """Notify this browser about these topics, as `words` said: of `contact`, else of whoever the `device` (an anonymous
    id) belongs to, else of a new visitor. Only what was not permitted before is noted. A browser that was somebody
    else's is theirs from now on."""
    key = IdentityKey(PUSH, browser.digest)
    with transaction.atomic():
        keys = [key, device] if device else [key]
        held = hold(keys=keys, contacts=[contact.pk] if contact else [])
        owner = Owner(held.present[contact.pk], contact.pk) if contact else _met(held, key, device, at)
        _attach(key, owner)
        PushEndpoint.objects.update_or_create(digest=key.value, defaults={"browser": browser.kept(), "at": at})
        person = Contact.objects.get(pk=owner.contact)
        for standing in evidence(person, CHANNEL):
            if standing.topic.key in topics and not standing.granted:
                record_consent(
                    contact=person,
                    recorded_for=owner.recorded_for,
                    topic=standing.topic,
                    channel=CHANNEL,
                    state=Consent.State.GRANTED,
                    how=how,
                    words=f"{words} {standing.topic.label}",
                    source=source,
                    network_address=network_address,
                    at=at,
                )
        _keep_newest(owner.contact)
    return person


def known_browsers(digests: Collection[str]) -> dict[str, Browser]:
    """Those that are there and can be read. One query."""
    found = PushEndpoint.objects.filter(digest__in=digests)
    read = {one.digest: browsers.read(one.browser) for one in found}
    return {digest: browser for digest, browser in read.items() if browser}


def unsubscribe(digests: Collection[str]) -> None:
    """Forget these browsers. What their people permitted stays: they may allow it again, here or elsewhere."""
    with transaction.atomic():
        Identity.objects.filter(kind=PUSH, value__in=digests).delete()
        PushEndpoint.objects.filter(digest__in=digests).delete()


def forget_endpoints(erased: Erased) -> None:
    """Those that nobody is known by any more."""
    sql.run(
        "DELETE FROM campaigns_channels_pushendpoint AS p WHERE NOT EXISTS "
        "(SELECT FROM crm_contacts_identity AS i WHERE i.kind = 'push' AND i.value = p.digest)"
    )


def _met(held: Held, key: IdentityKey, device: IdentityKey | None, at: datetime) -> Owner:
    recogniser = Recogniser(held)
    found = recogniser.recognise(Signature((), (), device) if device else Signature((key,), proof="device"))
    learn(recogniser.findings, at=at)
    return Owner(*found.ids())


def _attach(key: IdentityKey, owner: Owner) -> None:
    """The contact of before, if there is one, need not be held: nothing of theirs is decided by it."""
    theirs = {"contact_id": owner.contact, "recorded_for_id": owner.recorded_for}
    known = Identity.objects.filter(kind=key.kind, value=key.value).exclude(proof="")
    if not known.update(**theirs):
        Identity.objects.create(kind=key.kind, value=key.value, proof=Identity.Proof.DEVICE, **theirs)


def _keep_newest(contact: int) -> None:
    known = Identity.objects.filter(contact=contact, kind=PUSH).exclude(proof="").order_by("-id")
    if old := list(known.values_list("value", flat=True)[MOST:]):
        unsubscribe(old)
