"""What the shop remembers beyond the surveys' answers: heard, noticed and guessed, taken back and corrected."""

import random
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from crm.contacts.actions import hold
from crm.preferences.actions import Statement, correct, forget, mute, remember
from crm.preferences.models import Preference, PreferenceKey
from engage.seeds.shop.chance import lot
from engage.seeds.shop.orders import PlannedOrder
from engage.seeds.shop.people import Person
from engage.seeds.shop.sayings import KEYS
from engage.seeds.shop.scene import Scene
from engage.seeds.shop.statements import Writer, heard

FORGOTTEN, FORGOTTEN_MILK, CORRECTED = 7, 4, 5


def define(scene: Scene) -> None:
    """What can be remembered, and how long it stays fresh."""
    PreferenceKey.objects.bulk_create(
        [
            PreferenceKey(
                key=key,
                label=said.label,
                type=PreferenceKey.Type.TEXT,
                citable=said.citable,
                sensitive=said.sensitive,
                fresh_days=said.fresh_days,
            )
            for key, said in KEYS.items()
        ],
        ignore_conflicts=True,
    )
    PreferenceKey.objects.filter(key__in=["milk", "brewing"]).update(fresh_days=400)


def told_before(scene: Scene, people: Iterable[Person]) -> None:
    """They said in spring what they brew with."""
    rng = lot("the early words")
    _remember(
        [
            heard(scene, who, "brewing", KEYS["brewing"].sayings[0], scene.at(rng.randint(60, 100), rng))
            for who in people
        ],
        scene,
    )


def fill(scene: Scene, orders: list[PlannedOrder]) -> None:
    """Forget and correct what the customers asked for, then add until the numbers are those of the plan."""
    rng = lot("the memory")
    _change_milk(scene, rng)
    writer = Writer(scene, rng)
    writer.notice(orders)
    writer.guess(orders)
    writer.hear()
    _remember(writer.statements, scene)
    _mute_and_forget(scene, rng)


def _change_milk(scene: Scene, rng: random.Random) -> None:
    """On their own pages some corrected their milk, and some had it forgotten."""
    answered = Preference.objects.filter(key__key="milk", state="active").select_related("key")
    milk = {preference.contact_id: preference for preference in answered}
    asked = [scene.contacts[person.number] for person in scene.known()]
    chosen = rng.sample([milk[contact] for contact in asked if contact in milk], CORRECTED + FORGOTTEN_MILK)
    for preference in chosen[:CORRECTED]:
        value = "soy milk" if preference.value != "soy milk" else "oat milk"
        at = scene.now - timedelta(hours=rng.randint(20, 90))
        correct(preference, value=value, words=f"{value.capitalize()} now, please.", by="customer", at=at)
    for preference in chosen[CORRECTED:]:
        forget(preference, by="customer", at=scene.now - timedelta(days=1))


def _mute_and_forget(scene: Scene, rng: random.Random) -> None:
    """Allergies are known and never mentioned; three things said to us were to be forgotten again."""
    for preference in Preference.objects.filter(key__key="allergy", state="active"):
        mute(preference, by="customer", at=scene.now)
    free = [
        person
        for person in scene.known("en")
        if not Preference.objects.filter(contact=scene.contacts[person.number]).exists()
    ]
    chosen = rng.sample(free, FORGOTTEN - FORGOTTEN_MILK)
    _remember(
        [heard(scene, who, "decaf", KEYS["decaf"].sayings[1], scene.now - timedelta(days=9)) for who in chosen], scene
    )
    for preference in Preference.objects.filter(contact__in=[scene.contacts[who.number] for who in chosen]):
        forget(preference, by="customer", at=scene.now - timedelta(days=2))


def _remember(statements: list[Statement], scene: Scene) -> None:
    with transaction.atomic():
        hold(contacts={statement.contact for statement in statements})
        remember(statements, at=scene.now)
