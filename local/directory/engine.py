"""One call from arrival to answer: quotas, planned faults, the method itself, counting."""

import asyncio
from collections.abc import Awaitable, Callable

from local.directory import addresses, listing, masks, orgunits, users
from local.directory.calls import Answer, Call, refusal
from local.directory.errors import DirectoryError, complete
from local.directory.faults import Held, Rule
from local.directory.state import State

Method = Callable[[State, Call], Answer]

METHODS: dict[str, Method] = {
    "insert": users.insert,
    "get": users.get,
    "list": listing.list_users,
    "update": users.update,
    "patch": users.patch,
    "delete": users.delete,
    "undelete": users.undelete,
    "signOut": users.sign_out,
    "makeAdmin": users.make_admin,
    "tokens.list": users.tokens,
    "aliases.list": addresses.list_aliases,
    "aliases.insert": addresses.insert_alias,
    "aliases.delete": addresses.delete_alias,
    "groups.get": addresses.get_group,
    "groups.insert": addresses.insert_group,
    "groups.delete": addresses.delete_group,
    "orgunits.list": orgunits.list_units,
    "orgunits.get": orgunits.get,
    "orgunits.insert": orgunits.insert,
    "orgunits.update": orgunits.update,
    "orgunits.patch": orgunits.update,
    "orgunits.delete": orgunits.delete,
}


async def perform(state: State, call: Call) -> Answer:
    """Answer a call and count it."""
    usage = state.usage
    usage.in_flight += 1
    try:
        answer = await _answered(state, call)
    finally:
        usage.in_flight -= 1
    state.counters.note(call.method, answer.drop or str(answer.status), answer.reason)
    return answer


def applied(state: State, call: Call) -> Answer:
    """Run the method itself, in one synchronous step."""
    state.purge()
    try:
        fields = call.query.get("fields")
        mask = masks.parsed(fields, masks.SCHEMAS.get(call.method, "")) if fields else None
        answer = METHODS[call.method](state, call)
    except DirectoryError as error:
        return refusal(error)
    if mask is not None and answer.body is not None:
        answer.body = masks.cut(answer.body, mask)
    return answer


async def _answered(state: State, call: Call) -> Answer:
    if state.options.require_auth and not call.caller:
        return refusal(DirectoryError(401, "required", None, "Authorization"))
    try:
        state.usage.admit_call(state.quotas, call.caller, state.clock.now())
    except DirectoryError as error:
        return refusal(error)
    if state.options.latency_ms:
        await asyncio.sleep(state.options.latency_ms / 1000)
    rule = state.faults.take(call, lambda about: _names(state, about))
    if rule is None:
        return applied(state, call)
    state.counters.faults += 1
    return await _KINDS[rule.kind](state, call, rule)


def _names(state: State, call: Call) -> set[str]:
    """Return the key of a call and, if it is a user's, the primary address and id."""
    key = call.address()
    user = state.find(key)
    return {key} if user is None else {key, user.email, user.id}


def _planned_error(rule: Rule) -> Answer:
    status, reason = complete(rule.status, rule.reason)
    return refusal(DirectoryError(status, reason, rule.message))


async def _error(_state: State, _call: Call, rule: Rule) -> Answer:
    return _planned_error(rule)


async def _error_applied(state: State, call: Call, rule: Rule) -> Answer:
    answer = applied(state, call)
    return answer if answer.status >= 400 else _planned_error(rule)


async def _lost(state: State, call: Call, _rule: Rule) -> Answer:
    applied(state, call)
    return Answer(0, drop="lost")


async def _lost_reset(state: State, call: Call, _rule: Rule) -> Answer:
    applied(state, call)
    return Answer(0, drop="lostReset")


async def _dropped(_state: State, _call: Call, _rule: Rule) -> Answer:
    return Answer(0, drop="dropped")


async def _hold(state: State, call: Call, rule: Rule) -> Answer:
    held = await state.faults.hold(call)
    return await _when_released(state, held, rule)


async def _late(state: State, call: Call, rule: Rule) -> Answer:
    held = await state.faults.hold(call)

    async def land() -> None:
        await _when_released(state, held, rule)

    task = asyncio.create_task(land())
    state.faults.late.add(task)
    task.add_done_callback(state.faults.late.discard)
    return _planned_error(rule)


async def _when_released(state: State, held: Held, rule: Rule) -> Answer:
    apply_it = await held.wait(rule.ms)
    answer = applied(state, held.call) if apply_it else Answer(0, drop="dropped")
    state.faults.finish(held)
    return answer


async def _delay(state: State, call: Call, rule: Rule) -> Answer:
    await asyncio.sleep((rule.ms or 0) / 1000)
    return applied(state, call)


async def _omit_items(state: State, call: Call, rule: Rule) -> Answer:
    answer = applied(state, call)
    if answer.body is not None and "users" in answer.body:
        shown = answer.body["users"]
        missing = rule.items if rule.items is not None else (len(shown) + 1) // 2
        answer.body["users"] = shown[missing:]
    return answer


async def _omit_collection(state: State, call: Call, _rule: Rule) -> Answer:
    answer = applied(state, call)
    if answer.body is not None:
        answer.body.pop("users", None)
    return answer


async def _repeat_page_token(state: State, call: Call, _rule: Rule) -> Answer:
    answer = applied(state, call)
    if answer.body is not None and answer.status == 200:
        answer.body["nextPageToken"] = call.query.get("pageToken") or listing.start_token(state, call)
    return answer


_KINDS: dict[str, Callable[[State, Call, Rule], Awaitable[Answer]]] = {
    "error": _error,
    "errorApplied": _error_applied,
    "lost": _lost,
    "lostReset": _lost_reset,
    "dropped": _dropped,
    "hold": _hold,
    "late": _late,
    "delay": _delay,
    "omitItems": _omit_items,
    "omitCollection": _omit_collection,
    "repeatPageToken": _repeat_page_token,
}
