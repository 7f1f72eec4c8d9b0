"""Where a request comes from: the socket's other end, or what a proxy of ours says it was."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Networks in CIDR notation, or single addresses. Raises ValueError with a sentence."""
    try:
        return tuple(ip_network(text.strip()) for text in texts)
    except ValueError as err:
        raise ValueError(f"{err}; a proxy is named like 10.0.0.5 or 10.0.0.0/24") from None


def source(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """The address of whoever asks. `peer` is the socket's other end, `forwarded` the X-Forwarded-For header's lines.

    The header counts only from a trusted proxy, and is read from its end: the first address that is no proxy of ours
    is the asker's. What stands before that, anybody may have written.
    """
    asker = peer
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    while hops and _within(asker, trusted):
        said = hops.pop()
        try:
            asker = str(ip_address(said))
        except ValueError:
            break  # not an address: the proxy itself has to do
    return asker


def _within(address: str, trusted: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in network for network in trusted)
