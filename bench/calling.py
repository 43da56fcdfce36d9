"""Sends requests to a server from some threads, each with one connection that it keeps."""

import http.client
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.figures import MeasurementError
from bench.people import Post
from bench.processes import Server

AT_ONCE = 8
TRIES = 12  # of one task, as Cloud Tasks would try on
_SECONDS = 60.0


def statuses(port: int, posts: Sequence[Post], at_once: int = AT_ONCE) -> list[int]:
    """Send all, and give the statuses in the order asked."""
    found = [0] * len(posts)

    def some(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
        try:
            for number in range(first, len(posts), at_once):
                connection.request("POST", posts[number].path, posts[number].body, posts[number].headers)
                answer = connection.getresponse()
                answer.read()
                found[number] = answer.status
        finally:
            connection.close()

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(some, range(min(at_once, len(posts)))))
    return found


def all_done(port: int, posts: Sequence[Post], at_once: int = AT_ONCE) -> None:
    """Send all; raises MeasurementError unless each is answered well at once."""
    bad = [status for status in statuses(port, posts, at_once) if not 200 <= status < 300]
    if bad:
        raise MeasurementError(f"{len(bad)} of {len(posts)} requests failed, the first with {bad[0]}")


def seconds_to_answer(server: Server, post: Post, pause: float = 0.002) -> float:
    """Give the seconds from the server's start to the end of its first answer, which must be a good one."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=_SECONDS)
        try:
            connection.connect()
            connection.request("POST", post.path, post.body, post.headers)
            answer = connection.getresponse()
            answer.read()
        except ConnectionRefusedError:
            server.check_starting()
            time.sleep(pause)
            continue
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise MeasurementError(f"the first request was answered {answer.status}")
        return time.monotonic() - server.started
