"""Valkey, the broker and cache, as a child of ours on a unix socket.

    python -m engage.embedded.valkey HOME

becomes the server. SIGTERM stops it after it has written its log; it dies with its parent.
"""

import os
import signal
import sys
from pathlib import Path

import redis

from engage.embedded import binaries, child, unprivileged
from engage.embedded.home import Home


def serve(home: Home) -> None:
    """Becomes the server; never returns."""
    unprivileged.own(home.sockets, unprivileged.best_way())
    home.valkey.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.valkey_socket.unlink(missing_ok=True)
    settings = {
        "port": "0",
        "unixsocket": str(home.valkey_socket),
        "unixsocketperm": "700",
        "dir": str(home.valkey),
        "databases": "64",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "loglevel": "warning",
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    child.die_with_parent(signal.SIGTERM)
    child.replace_by([binaries.valkey_server(), *options])


def accepts(home: Home) -> bool:
    """Whether the server answers."""
    client = redis.Redis(unix_socket_path=os.fspath(home.valkey_socket), socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


if __name__ == "__main__":
    serve(Home(Path(sys.argv[1])))
