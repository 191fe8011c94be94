"""What this machine is called."""

import contextlib
import socket


def own_names() -> list[str]:
    """Its host name and the addresses that resolves to: what a browser nearby may ask for. Sends nothing."""
    name = socket.gethostname()
    names = {name.lower(), socket.getfqdn(name).lower()}
    with contextlib.suppress(OSError):  # a machine that cannot resolve its own name still answers to localhost
        names |= {str(found[4][0]) for found in socket.getaddrinfo(name, None, family=socket.AF_INET)}
    return sorted(names - {""})
