"""Reads the environment; a value that makes no sense raises BadSetting, whose text is one line naming the variable."""

import ipaddress
import os
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class BadSetting(Exception):
    """The variable `name` cannot be used; str() is one line for the terminal and never repeats the value."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name


def text(name: str, default: str = "") -> str:
    """The value without surrounding blanks; set but empty counts as absent."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise BadSetting(name, "use 1 or 0")


def seconds(name: str, default: int) -> int:
    """A whole number of seconds, 1 at least."""
    value = text(name)
    if not value:
        return default
    if not value.isdecimal() or not int(value):
        raise BadSetting(name, "give whole seconds such as 60")
    return int(value)


def folder(name: str, default: Path) -> Path:
    """An absolute path; it need not exist yet, but it must not be a file."""
    path = Path(text(name, str(default))).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise BadSetting(name, "is a file, not a folder")
    return path


def words(name: str, default: str = "") -> list[str]:
    """Values separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def web_origin(name: str) -> str:
    """`https://host[:port]` without a slash at the end, or '' when absent."""
    value = text(name)
    if not value:
        return ""
    parts = split_url(name, value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadSetting(name, "give an address such as https://shop.example.com")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise BadSetting(name, "give scheme, host and port only, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def host_name(name: str) -> str:
    """A bare domain such as `reply.example.com`, lower case, or '' when absent."""
    value = text(name).lower().rstrip(".")
    if value and not all(label.replace("-", "").isalnum() for label in value.split(".")):
        raise BadSetting(name, "give a domain such as reply.example.com")
    return value


def networks(name: str, default: str = "") -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses and networks separated by commas."""
    try:
        return [ipaddress.ip_network(word, strict=False) for word in words(name, default)]
    except ValueError:
        raise BadSetting(name, "give addresses or networks such as 127.0.0.1, 10.0.0.0/8") from None


def split_url(name: str, value: str) -> SplitResult:
    """urlsplit whose errors (a port that is no number, broken brackets) name the variable."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 reading it is what checks it
    except ValueError:
        raise BadSetting(name, "is not an address that can be read") from None
    return parts
