"""Where things lie in ENGAGE_HOME. Pure paths: nothing here touches the disk, but for `socket_folder` asking for sizes."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

# sun_path holds 104 bytes on macOS and 108 on Linux, with the final NUL.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432.lock"


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
        """`run/` inside the home, or a short folder of ours in the temporary folder when that would be too long."""
        inside = self.root / "run"
        if len(os.fsencode(f"{inside}{LONGEST_SOCKET_NAME}")) <= LONGEST_SOCKET_PATH:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"engage-{os.geteuid()}-{digest}"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def database_url(self, name: str = "engage") -> str:
        return f"postgresql://engage@/{name}?{urlencode({'host': self.sockets})}"

    def broker_url(self, number: int = 0) -> str:
        return f"redis+socket://{quote(str(self.valkey_socket))}?virtual_host={number}"

    def cache_url(self, number: int = 1) -> str:
        return f"unix://{quote(str(self.valkey_socket))}?db={number}"
