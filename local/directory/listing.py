"""users.list: pages in a stable order, tokens that are good for three days, filters by domain and query."""

import base64
import binascii
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from local.directory import search
from local.directory.calls import Answer, Call
from local.directory.errors import DirectoryError, invalid, not_found
from local.directory.state import State, User
from local.directory.views import listed, projected

TOKEN_SECONDS = 3 * 86400
_ORDERS = {"email", "familyName", "givenName"}
_SELECTION = ("customer", "domain", "query", "orderBy", "sortOrder", "showDeleted")


def list_users(state: State, call: Call) -> Answer:
    """Return one page of users as lists see them, which may trail what get sees."""
    query = call.query
    domain = _scope(state, call)
    size = page_size(query.get("maxResults"))
    tests = search.parsed(query["query"]) if query.get("query") else []
    selection = zlib.crc32(repr([query.get(name) for name in _SELECTION]).encode())
    after = _opened(state, query.get("pageToken"), selection)
    page: list[dict[str, Any]] = []
    last = ""
    token = None
    for key, user in _ordered(state, call, after):
        if domain is not None and user.domain != domain:
            continue
        shown = _shown(state, user)
        if shown is None or not all(test(shown) for test in tests):
            continue
        if len(page) == size:
            token = _sealed(state, last, selection)
            break
        page.append(projected(shown, query))
        last = key
    etag = f'"{zlib.crc32(repr([user["etag"] for user in page]).encode()):08x}"'
    body: dict[str, Any] = {"kind": "admin#directory#users", "etag": etag}
    if page:
        body["users"] = page
    if token is not None:
        body["nextPageToken"] = token
    return Answer(200, body)


def start_token(state: State, call: Call) -> str:
    """Return a token that leads to the first page again."""
    selection = zlib.crc32(repr([call.query.get(name) for name in _SELECTION]).encode())
    return _sealed(state, "", selection)


def page_size(text: str | None) -> int:
    """Return maxResults, 1 to 500, 100 when it is left out."""
    if text is None:
        return 100
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 500:
        message = f"Invalid value '{text[:20]}'. Values must be within the range: [1, 500]"
        raise DirectoryError(400, "invalidParameter", message, "maxResults")
    return int(text)


def _scope(state: State, call: Call) -> str | None:
    """Return the domain to list, or None for the whole customer; one of the two must be asked for."""
    customer, domain = call.query.get("customer"), call.query.get("domain")
    if not customer and not domain:
        raise DirectoryError(400, "badRequest")
    if customer and customer not in ("my_customer", state.options.customer):
        raise DirectoryError(403, "forbidden")
    if not domain:
        return None
    if not state.verified(domain.lower()):
        raise not_found("domain")
    return domain.lower()


def _ordered(state: State, call: Call, after: str) -> Iterator[tuple[str, User]]:
    """Yield users and their sort keys in the order asked for, beginning after a key."""
    order = call.query.get("orderBy", "email")
    if order not in _ORDERS:
        raise DirectoryError(400, "invalidParameter", f"Invalid value '{order[:20]}'", "orderBy")
    descending = call.query.get("sortOrder") == "DESCENDING"
    deleted = call.query.get("showDeleted") == "true"
    if order == "email" and not descending and not deleted:
        yield from _by_email(state, after)
        return
    users = state.deleted if deleted else state.users
    key = _key(order)
    keyed = sorted(((key(user), user) for user in users.values()), key=lambda pair: pair[0], reverse=descending)
    for found, user in keyed:
        if not after or (found < after if descending else found > after):
            yield found, user


def _by_email(state: State, after: str) -> Iterator[tuple[str, User]]:
    emails, start = state.emails_after(after)
    for at in range(start, len(emails)):
        user = state.live(emails[at])
        if user is not None:
            yield user.email, user


def _key(order: str) -> Callable[[User], str]:
    if order == "email":
        return lambda user: user.email
    return lambda user: f"{user.fields['name'][order].lower()}\x00{user.email}"


def _shown(state: State, user: User) -> dict[str, Any] | None:
    return listed(state, user, state.clock.now())


def _sealed(state: State, last: str, selection: int) -> str:
    raw = msgspec.json.encode([last, int(state.clock.now()), selection])
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _opened(state: State, token: str | None, selection: int) -> str:
    """Return the key after which the page begins; a token too old, foreign or of another query is refused."""
    if not token:
        return ""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        last, issued, of = msgspec.json.decode(raw, type=tuple[str, int, int])
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise invalid("pageToken") from None
    if of != selection or state.clock.now() > issued + TOKEN_SECONDS:
        raise invalid("pageToken")
    return last
