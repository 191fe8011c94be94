"""What this machine is called."""

import socket


def own_names() -> list[str]:
    """The machine's host name and the addresses it resolves to: what a browser nearby may ask for. No traffic is sent."""
    name = socket.gethostname()
    names = {name.lower(), socket.getfqdn(name).lower()}
    try:
        names |= {str(found[4][0]) for found in socket.getaddrinfo(name, None, family=socket.AF_INET)}
    except OSError:
        pass  # a machine that cannot resolve its own name still answers to localhost
    return sorted(names - {""})
