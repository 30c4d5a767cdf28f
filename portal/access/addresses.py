"""From where a request came: the one place that reads it, also behind declared proxies."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
#: Whoever has one address of IPv6 has all of its /64.
_ONE_HOUSE = 64


def address_of(request: HttpRequest) -> str:
    """Return the address that a request came from, empty where it is not known.

    ``X-Forwarded-For`` is believed only as far as declared proxies wrote it: it is read from its end, and the first address that
    is no proxy of ours counts. What stands before that anybody may have made up.
    """
    nearest = _read(request.META.get("REMOTE_ADDR", ""))
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while told and nearest is not None and _is_proxy(nearest):
        before = _read(told.pop())
        if before is None:
            break
        nearest = before
    return str(nearest or "")


def house_of(request: HttpRequest) -> str | None:
    """Return what stands for an address where failures are counted; None where it is not known."""
    address = _read(address_of(request))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _ONE_HOUSE), strict=False).network_address)
    return str(address) if address else None


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_proxy(address: Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@lru_cache(maxsize=4)
def _networks(written: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each) for each in written)
