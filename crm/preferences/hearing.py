"""Who above wants to hear at once what was remembered, by whatever way: they connect themselves here."""

from collections.abc import Callable, Sequence
from datetime import datetime

from crm.preferences.statement import Remembered

type Listener = Callable[[Sequence[Remembered], datetime], None]

_listeners: list[Listener] = []


def connect(listener: Listener) -> None:
    """It is called in the transaction that remembers, with the contacts held, for thousands at once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(written: Sequence[Remembered], at: datetime) -> None:
    for listener in _listeners:
        listener(written, at)
