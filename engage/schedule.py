"""All periodic work, in one table. Two beats do no harm: every entry may run at any time, and twice at once."""

from celery.schedules import crontab

TICK = 1.0
"""Seconds. What waits longer than a wake-up takes is found by the next tick."""

BELTS = {
    "listen": ("engage.listen", "listen"),
    "walk": ("engage.walk", "walk"),
    "speak": ("engage.speak", "speak"),
    "speak_fast": ("engage.speak_fast", "speak_fast"),
    "broadcasts": ("engage.broadcasts", "default"),
    "imports": ("engage.imports", "default"),
    "lists": ("engage.lists", "default"),
    "backtests": ("engage.backtests", "default"),
    "product_news": ("engage.product_news", "default"),
    "contests": ("engage.contests", "default"),
    "shadow": ("engage.shadow", "default"),
    "webhooks": ("engage.webhooks", "default"),
    "returns": ("engage.returns", "listen"),
    "callouts": ("engage.callouts", "default"),
}
"""Each belt's task and queue. The fast lane's worker takes staff replies and triggers only."""

WAKES = {belt: (belt,) for belt in BELTS if belt != "speak_fast"} | {"speak": ("speak_fast", "speak")}
"""Which belts a wake-up wakes."""

TABLE = {
    **{
        name: {"task": task, "schedule": TICK, "options": {"queue": queue, "expires": TICK}}
        for name, (task, queue) in BELTS.items()
    },
    "sweep": {"task": "engage.sweep", "schedule": 30.0, "options": {"queue": "default", "expires": 30}},
    "fetch_mail": {"task": "engage.fetch_mail", "schedule": 15.0, "options": {"queue": "default", "expires": 15}},
    "sweep_segments": {
        "task": "engage.sweep_segments",
        "schedule": 300.0,
        "options": {"queue": "default", "expires": 300},
    },
    "tell_moments": {"task": "engage.tell_moments", "schedule": 60.0, "options": {"queue": "default", "expires": 60}},
    "watch_domain": {"task": "engage.watch_domain", "schedule": crontab(minute=23), "options": {"queue": "default"}},
    "nightly": {"task": "engage.nightly", "schedule": crontab(hour=3, minute=17), "options": {"queue": "default"}},
}
