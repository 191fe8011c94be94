"""Names and addresses on the network."""

import contextlib
import ipaddress
import socket


def own_names() -> list[str]:
    """What this machine is called: its host name and the addresses that resolves to. Sends nothing."""
    name = socket.gethostname()
    names = {name.lower(), socket.getfqdn(name).lower()}
    with contextlib.suppress(OSError):  # a machine that cannot resolve its own name still answers to localhost
        names |= {str(found[4][0]) for found in socket.getaddrinfo(name, None, family=socket.AF_INET)}
    return sorted(names - {""})


def address(text: str) -> str | None:
    """An address of version 4 or 6 as PostgreSQL keeps it, without a zone; None for anything else."""
    try:
        found = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)
