"""Signed link -> the operator's page, cards, XLSX, CSV and exceptions."""

import os

import flask
import functions_framework

from shared import config, door, logs, wiring
from shared.credentials import Credentials
from shared.handout.answers import Answers
from shared.link_records import LinkRecords
from shared.usecases.handout import Handout

CONFIG = config.download(os.environ)
logs.mute_libraries()
if flask.has_app_context():  # a doubled slash is another path, and no redirect with a signature in it
    flask.current_app.url_map.merge_slashes = False
    flask.current_app.register_error_handler(404, door.astray)


@wiring.once
def answers() -> Answers:
    """Wire the use case, on the first request: the framework forks after import."""
    store, clock = wiring.store(CONFIG.store), wiring.clock(CONFIG.clock_offset)
    handout = Handout(
        store=store,
        clock=clock,
        credentials=Credentials(wiring.keyring(CONFIG.keys, CONFIG.kms_endpoint)),
        keys=CONFIG.link_keys,
        records=LinkRecords(store, clock, CONFIG.max_uses),
        registered_only=CONFIG.registered_only,
    )
    return Answers(handout, CONFIG.policy, CONFIG.help_contact)


@functions_framework.http
def download(request: flask.Request) -> flask.Response:
    """Serve one request of `/unduh/…`."""
    return door.take(request, lambda asked: answers()(asked), CONFIG.proxies)
