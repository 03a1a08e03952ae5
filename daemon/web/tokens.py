"""Who a program is: a token opens the feeds and the API, where the desk would ask a person to log in."""

import base64
import binascii
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request

from daemon.store import tokens
from daemon.store.tokens import Scope
from daemon.web.desk import desk_of

_ASK = {"WWW-Authenticate": 'Bearer realm="Tocsin", Basic realm="Tocsin"'}


async def require(request: Request, scope: Scope) -> None:
    """Refuse a token that is not known (401), or that opens something else (403).

    It comes as a bearer, or as the password of any user, since feed readers know no other way. Who sends
    none is a person, whom the desk knows or need not know.
    """
    header = request.headers.get("authorization")
    if header is None:
        return
    secret = _secret(header)
    found = await desk_of(request).read(partial(tokens.find, secret=secret)) if secret else None
    if found is None:
        raise HTTPException(401, "This token is not known: `tocsin tokens add` makes one", _ASK)
    if found.scope is not scope:
        raise HTTPException(403, f"This token opens {found.scope.value}, and not what was asked for")


def _secret(header: str) -> str:
    kind, _, given = header.partition(" ")
    if kind.lower() == "bearer":
        return given.strip()
    try:
        return base64.b64decode(given, validate=True).decode("utf-8", "replace").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
