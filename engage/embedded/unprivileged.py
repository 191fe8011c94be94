"""PostgreSQL refuses to run as root. Three ways to be somebody else, tried in this order."""

import functools
import os
from collections.abc import Callable
from enum import Enum
from pathlib import Path

NOBODY = 65534


class Way(Enum):
    AS_WE_ARE = "we are not root"
    NAMESPACE = "a user namespace of its own, in which root is called nobody and every file stays where it is"
    SETUID = "really nobody, for containers that forbid user namespaces; its files must lie where nobody may go"


@functools.cache
def best_way() -> Way:
    if os.geteuid() != 0:
        return Way.AS_WE_ARE
    return Way.NAMESPACE if _succeeds_in_a_child(_enter_namespace) else Way.SETUID


def give_up_root(way: Way) -> None:
    """Changes this process for good; call it in a child with one thread, right before exec."""
    if way is Way.NAMESPACE:
        _enter_namespace()
    elif way is Way.SETUID:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def own(folder: Path, way: Way) -> None:
    """A folder that only the server's user (and root) may enter, made if absent.

    Raises PermissionError when somebody else made it first.
    """
    owner = NOBODY if way is Way.SETUID else os.geteuid()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid not in {owner, os.geteuid()} or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to somebody else")
    folder.chmod(0o700)
    if way is Way.SETUID:
        os.chown(folder, NOBODY, NOBODY)


def _enter_namespace() -> None:
    os.unshare(os.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} 0 1")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} 0 1")


def _succeeds_in_a_child(action: Callable[[], None]) -> bool:
    child = os.fork()
    if child == 0:
        try:
            action()
        except (OSError, AttributeError):  # no such call outside Linux
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0
