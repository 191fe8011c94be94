"""The scheduler that ticks the belts."""

from typing import Any

from celery.beat import PersistentScheduler


class Beat(PersistentScheduler):
    """Ticks on when the clock is put back: Celery's own would wait until the old time has come again, also after a new
    start, because it keeps when each entry ran last."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        now = self.app.now()
        if ahead := [entry for entry in self.schedule.values() if entry.last_run_at > now]:
            for entry in ahead:
                entry.last_run_at = now
            self._heap = None
        return super().tick(*args, **kwargs)
