"""The demo shop, built in the sequence in which a shop's year happens."""

from collections.abc import Callable
from datetime import timedelta

from crm.contacts.models import Topic
from crm.segments.observed import make_ready_rules
from crm.segments.ready import make_ready
from engage.dashboard.firstrun.defaults import make_topics
from engage.lib import clock
from engage.seeds import belts, past
from engage.seeds.shop import (
    arrivals,
    designs,
    enquiries,
    journeys,
    lists,
    memory,
    one_off,
    orders,
    people,
    permissions,
    products,
    sign_ups,
    stars,
    surveys,
    talk,
    team,
    to_do,
    today,
    together,
    visits,
    waves,
)
from engage.seeds.shop.scene import Scene

type Say = Callable[[str], object]


def build(say: Say) -> None:
    """Everything through the actions and the belts, in some twenty seconds."""
    scene = open_doors()
    made = orders.plan(scene)
    scene.came = arrivals.plan(scene, made)
    again = waves.made_again(scene, made)
    asked = stars.plan(scene, made, again)
    say("Its people and a year of their visits and orders.")
    arrivals.write(scene)
    belts.feed(visits.plan(scene, [order for order in made if order not in again]), source="import")
    belts.drain()
    arrivals.look_up(scene)
    permissions.write(scene)
    one_off.before(scene)
    say("What they were asked, what they said, what is remembered.")
    welcomed = waves.welcome(scene)
    memory.told_before(scene, [order.person for order in again[: waves.TOLD_BEFORE]])
    stars.happen(scene, asked)
    waves.two_orders(scene, again)
    permissions.take_back(scene)
    memory.fill(scene, made)
    say("Conversations, and today.")
    talk.past_conversations(scene)
    together.happen(scene)
    today.happen(scene, asked.stale.person)
    waves.new_today(scene, welcomed)
    arrivals.look_up(scene)
    permissions.write(scene)
    permissions.ask_only(scene)
    to_do.plan(scene)
    arrivals.meet_twice(scene)
    past.date_people()
    past.date_words(before=scene.now - timedelta(minutes=5))
    make_ready(by="Engage", at=scene.now)
    lists.fill(scene)
    designs.write(scene)
    one_off.today(scene)
    journeys.birthday(scene.now)
    make_ready_rules(by="Engage", at=scene.now, active=False)
    past.date_decisions()
    team.keep_quiet_hours(clock.now())


def open_doors() -> Scene:
    """The shop with its team, its goods and its surveys, before anybody came."""
    now = clock.now()
    team.open_shop(now)
    make_topics()
    scene = Scene(now, people.plan(), topics={topic.key: topic for topic in Topic.objects.all()}, team=team.hire(now))
    enquiries.offer(scene.team, now)
    surveys.publish(scene)
    sign_ups.publish(scene)
    memory.define(scene)
    products.write(scene)
    return scene
