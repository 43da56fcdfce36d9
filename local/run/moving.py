"""Moves the clock of a run that serves: its functions start anew, its stand-ins are told; nothing is lost."""

import http.client
from dataclasses import replace
from datetime import datetime

from local.run import environment, moment, stack
from local.run import http as local_http
from local.run.errors import RunError
from local.run.folder import Folder
from local.run.session import Session

DONE = "done"
_NAMES = frozenset(name for name, *_ in stack.FUNCTIONS)


def wished(here: Session) -> Session:
    """Do what `python -m local.run.move` asks for, if it does, and answer it; gives the session as it is then."""
    folder = here.folder
    if not folder.wish.exists():
        return here
    wanted = datetime.fromisoformat(folder.wish.read_text("utf-8"))
    folder.wish.unlink()
    try:
        moved = move(here, wanted)
    except RunError as error:
        _answer(folder, str(error))
        return here
    _answer(folder, DONE)
    moved.say(f"The clock has been moved: it is {moment.shown(moved.now())}. Links from before have expired.")
    return moved


def move(here: Session, wanted: datetime) -> Session:
    """Let it be another time for all of a run; raises RunError if that lies behind it."""
    offset = moment.offset_to(wanted)
    seconds = offset - here.offset
    if seconds < 0:
        raise RunError(f"it is {moment.shown(here.now())} for this run, and a clock only goes forward")
    places = here.places
    chosen = {**here.chosen, "CLOCK_OFFSET": str(offset)}
    with here.schedule.still():
        with here.processes.stopped(_NAMES, CLOCK_OFFSET=str(offset)):
            _tell(places.directory, "/control/clock", {"advance": seconds})
            _tell(places.tasks, "/control/fast_forward", {"seconds": seconds})
        for name in sorted(_NAMES):
            port = getattr(places, name)
            if port is not None:
                stack.await_open(here.processes, name, port)
        here.folder.write_private(here.folder.env, environment.as_shell(chosen))
    return replace(here, chosen=chosen)


def _answer(folder: Folder, text: str) -> None:
    """Let the answer be there at once and whole."""
    whole = folder.answer.with_suffix(".new")
    folder.write_private(whole, text)
    whole.replace(folder.answer)


def _tell(port: int, path: str, order: dict[str, float]) -> None:
    status = local_http.post(port, path, dict(order))
    if status != http.client.OK:
        raise RunError(f"what listens at {environment.url(port)} does not move its clock: it answers {status}")
