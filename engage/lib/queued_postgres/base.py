"""Threads stand in line for the pool's connections. Its own queue sends away whoever waits longer than its time-out,
also while it moves: in a rush that is everybody behind the first few hundred. So the pool's time-out is only for
connecting, of those whose turn it is."""

import threading
from typing import Any

from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from engage.lib.lines import Line, Stuck

PATIENCE = 20
"""Seconds in which nobody gives a connection back before those who wait so long are told: many threads share one
processor, and a few dozen that began together also end together."""

_lines: dict[str, Line] = {}
_making = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """A thread has its place from connecting until it gives the connection back."""

    _has_place = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.pool or self._has_place:
            return super().get_new_connection(conn_params)
        try:
            self._line().enter()
        except Stuck as error:
            raise PoolTimeout("nobody gave a connection back") from error
        self._has_place = True
        try:
            return super().get_new_connection(conn_params)
        except BaseException:
            self._leave(served=False)
            raise

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave()

    def _leave(self, *, served: bool = True) -> None:
        if self._has_place:
            self._has_place = False
            self._line().leave(served=served)

    def _line(self) -> Line:
        with _making:
            if self.alias not in _lines:
                pool = self.settings_dict["OPTIONS"]["pool"]
                _lines[self.alias] = Line(pool["max_size"], PATIENCE)
            return _lines[self.alias]
