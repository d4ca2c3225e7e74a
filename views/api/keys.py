"""Who asks: the owner of a key, or an address where no key is needed."""

import hmac
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request

from ingest.api_settings import ApiSettings
from views.api.errors import ApiError

_SCHEME = "bearer"

_UNAUTHORIZED = {"WWW-Authenticate": 'Bearer realm="Opora"'}


def caller(request: Request, settings: ApiSettings) -> str | None:
    """Return what a request is counted under, or None if it may not ask."""
    if settings.open and not settings.keys:
        return address(request)
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    # The server hands out headers as Latin-1; so the bytes are those that were sent.
    digest = sha256(key.strip().encode("latin-1")).hexdigest()
    # All keys are compared, each in constant time, so that the time tells neither which one nor how much of it fits.
    known = [hmac.compare_digest(digest, own) for own in settings.keys]
    return digest if scheme.lower() == _SCHEME and any(known) else None


def address(request: Request) -> str:
    """Return the address that a request came from; of IPv6 the network, of which one sender has all addresses."""
    host = request.client.host if request.client else ""
    try:
        parsed = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or int(parsed) >> 64)
    return host


def unauthorized(settings: ApiSettings) -> ApiError:
    """Say how to send a key, or that the installation has none yet."""
    message = (
        "K tomuto rozhraní je potřeba platný klíč. Pošlete ho v hlavičce „Authorization: Bearer KLÍČ“."
        if settings.keys
        else "Rozhraní zatím nemá žádný klíč, proto nikomu neodpovídá. Správce ho nastaví v OPORA_API_KEYS."
    )
    return ApiError(401, "unauthorized", message, headers=_UNAUTHORIZED)
