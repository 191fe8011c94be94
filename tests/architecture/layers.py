"""The order of dependency as import-linter reads it."""

import tomllib

from engage.embedded.servers import PROJECT


def height_of_layers() -> dict[str, int]:
    """Module → how high it stands; those of one height may not know each other, those in brackets may be absent."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [layers] = [contract["layers"] for contract in contracts if contract["id"] == "layers"]
    return {name.strip(" ()"): height for height, line in enumerate(reversed(layers)) for name in line.split("|")}


HEIGHTS = height_of_layers()


def room_of(module: str) -> str:
    """`campaigns.channels.email.forms` → `campaigns.channels`; '' for what stands around the rooms."""
    fitting = [room for room in HEIGHTS if module == room or module.startswith(f"{room}.")]
    return max(fitting, key=len, default="")


def may_know(low: str, high: str) -> bool:
    """Whether `high` may refer to `low`: it stands above it, or is the same room."""
    return low == high or HEIGHTS[low] < HEIGHTS[high]
