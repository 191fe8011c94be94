"""Runs a program in place of this process, so that it ends when its parent does.

python -m engage.embedded.child SIGNAL PROGRAM [ARGUMENT …]
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
PARENT = "ENGAGE_PARENT"
"""In the environment of each child: who started it. One that is still loading when its parent dies would else take the
process that adopts orphans for its parent, and never end."""


def environment() -> dict[str, str]:
    """For a child of this process that dies with it."""
    return {**os.environ, PARENT: str(os.getpid())}


def die_with_parent(with_signal: signal.Signals) -> None:
    """Linux sends `with_signal` when the parent is gone, however it went; elsewhere nothing happens."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(with_signal))
    if os.environ.get(PARENT, str(os.getppid())) != str(os.getppid()):  # it died before we could ask
        os.kill(os.getpid(), signal.SIGKILL)


def replace_by(command: Sequence[str | os.PathLike[str]]) -> None:
    """exec with the signals a server expects: what was inherited as ignored or blocked is heard again."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.execv(command[0], [os.fspath(part) for part in command])


if __name__ == "__main__":
    die_with_parent(signal.Signals[f"SIG{sys.argv[1]}"])
    os.environ[PARENT] = str(os.getpid())  # the program will be the parent of its own
    replace_by(sys.argv[2:])
