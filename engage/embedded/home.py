"""Where things lie in ENGAGE_HOME. Paths only: nothing here writes to the disk."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

# sun_path holds 104 bytes on macOS and 108 on Linux, with the final NUL.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = "/supervisor.sock.4194304"


@dataclass(frozen=True)
class Home:
    """One folder that holds the data of one installation; exactly one process owns it at a time."""

    root: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def media(self) -> Path:
        return self.root / "media"

    @property
    def lock(self) -> Path:
        return self.root / "owner.lock"

    @property
    def secret_key(self) -> Path:
        return self.root / "secret_key"

    @property
    def sockets(self) -> Path:
        """`run/` inside the home, or a folder of ours in /tmp when that path would be too long for a socket.

        Root's also lie in /tmp when the home is closed to others: PostgreSQL may have to run as nobody.
        """
        inside = self.root / "run"
        fits = len(os.fsencode(f"{inside}{LONGEST_SOCKET_NAME}")) <= LONGEST_SOCKET_PATH
        if fits and (os.geteuid() != 0 or everybody_may_pass(self.root)):
            return inside
        return Path("/tmp") / f"engage-{os.geteuid()}-{self.digest}"  # noqa: S108 0700, and its owner is checked

    @property
    def digest(self) -> str:
        """Twelve letters that stand for this home elsewhere on the machine."""
        return hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def database_url(self, name: str = "engage") -> str:
        return f"postgresql://engage@/{name}?{urlencode({'host': self.sockets})}"

    def broker_url(self, number: int = 0) -> str:
        return f"redis+socket://{quote(str(self.valkey_socket))}?virtual_host={number}"

    def cache_url(self, number: int = 1) -> str:
        return f"unix://{quote(str(self.valkey_socket))}?db={number}"


def everybody_may_pass(folder: Path) -> bool:
    """Whether any user can reach what lies in `folder`; parents that do not exist yet count as passable."""
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents) if parent.exists())
