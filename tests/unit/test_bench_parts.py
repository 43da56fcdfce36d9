"""What the benches read and reckon: /proc, windows of calls, modules that are loaded in vain, people of each realm."""

import os
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bench import cold, quota
from bench.calling import seconds_to_answer
from bench.figures import MeasurementError
from bench.memory import memory as memory_figures
from bench.modules import USES, Loaded, roots, unused
from bench.people import GRADES, HOOK, Post, event, pushed
from bench.pinning import unpinned
from bench.proc import cpu_seconds, family, memory, memory_of, parent
from bench.processes import Server, serving, signature
from bench.stage import Stage
from bench.window import Window, between, refused_share
from local.run.ports import free
from shared import events, policies
from shared.domain.decide import decide
from tests.clocks import START
from tests.package.layout import FUNCTIONS

STATUS = "Name:\tgunicorn\nVmPeak:\t  900000 kB\nVmHWM:\t   92160 kB\nVmRSS:\t   90112 kB\nVmSwap:\t    1024 kB\n"
BEFORE = {"created": 100, "total": 130, "refused": {"quotaExceeded": 2, "duplicate": 5}}
AFTER = {"created": 480, "total": 530, "refused": {"quotaExceeded": 3, "userRateLimitExceeded": 1, "duplicate": 9}}
FLOOR = Loaded({"flask": "/site-packages/flask/__init__.py", "sys": None}, ["cloudtasks.v2.json"])


def test_the_parent_is_read_behind_a_name_with_blanks_and_brackets():
    assert parent("4711 (gunicorn: (a) b) S 4242 4711 4711 0 -1 4194560") == 4242


def test_memory_is_told_in_mib_and_what_is_swapped_out_is_still_held():
    assert memory(STATUS) == {"peak": 90.0, "held": 89.0}


def test_memory_without_swap_is_what_is_resident():
    assert memory(STATUS.partition("VmSwap")[0])["held"] == 88.0


@pytest.mark.parametrize("status", ["", "Name:\tzombie\nState:\tZ (zombie)\n"])
def test_a_process_without_memory_has_ended(status):
    with pytest.raises(MeasurementError):
        memory(status)


def test_cpu_is_counted_finer_than_a_clock_tick():
    began = cpu_seconds(os.getpid())
    spent = [cpu_seconds(os.getpid()) - began for _ in range(5)]
    assert sorted(set(spent)) == spent  # each look is dear enough to be seen by the next
    assert cpu_seconds(os.getpid()) <= time.process_time() + 0.1


def test_a_process_belongs_to_the_family_of_its_parent():
    assert os.getpid() in family(os.getppid())
    assert family(os.getpid())[0] == os.getpid()
    assert memory_of(os.getpid())["peak"] > 1


@pytest.mark.parametrize("ask", [cpu_seconds, family, memory_of])
def test_a_process_that_is_not_there_is_a_failed_measurement(ask):
    with pytest.raises(MeasurementError):
        ask(2**22 + 1)  # above the greatest pid that Linux gives


def test_a_window_counts_what_came_between_two_readings():
    window = between(BEFORE, AFTER, 10.0)
    assert window == Window(10.0, created=380, calls=400, refused=2)
    assert window.used(38.0) == 1.0
    assert window.used(0.5 * 38.0) == 2.0


def test_other_refusals_are_none_of_a_quota():
    assert between(BEFORE, {**AFTER, "refused": {"quotaExceeded": 2, "notFound": 50}}, 10.0).refused == 0


@pytest.mark.parametrize(("after", "seconds"), [(BEFORE, 10.0), (AFTER, 0.0)])
def test_a_window_in_which_nothing_happened_is_a_failed_measurement(after, seconds):
    with pytest.raises(MeasurementError):
        between(BEFORE, after, seconds)


def test_the_refused_share_is_that_of_all_calls_not_the_mean_of_the_shares():
    assert refused_share(Window(1.0, 0, 100, 1), Window(1.0, 0, 300, 0)) == 1 / 400


def test_the_queues_keep_under_googles_quotas_and_hold_work_to_the_windows_end():
    assert quota.RATE <= 9.5
    assert quota.ALL * 60 <= 2_400
    assert quota.LIVE_PEOPLE > quota.RATE * (quota.WARM_SECONDS + quota.LIVE_SECONDS)
    assert quota.BULK_PEOPLE > quota.RATE * 0.9 * (quota.WARM_SECONDS + quota.BULK_SECONDS)


def test_each_function_has_a_row_of_what_it_uses_and_a_cold_start():
    assert sorted(USES) == FUNCTIONS
    assert sorted(cold.FIRST) == FUNCTIONS
    assert {name: signature(name) for name in FUNCTIONS if signature(name) != "http"} == {"provision": "cloudevent"}


def test_nothing_is_unused_of_the_floor_the_packages_of_its_own_and_what_costs_nothing():
    own = {"msgspec.json": "/site-packages/msgspec/json.py", "tomllib": "/lib/tomllib.py", "main": "/zip/main.py"}
    assert unused(Loaded({**FLOOR.modules, **own}, FLOOR.documents), FLOOR, ["msgspec"]) == []


@pytest.mark.parametrize(
    ("module", "file"),
    [
        ("google.cloud.pubsub_v1", "/site-packages/google/cloud/pubsub_v1/__init__.py"),
        ("msgspecial", "/site-packages/msgspecial.py"),
        ("sqlite3", "/lib/sqlite3/__init__.py"),
        ("unittest.mock", "/lib/unittest/mock.py"),
    ],
)
def test_a_module_beyond_the_floor_is_unused(module, file):
    assert unused(Loaded({**FLOOR.modules, module: file}), FLOOR, ["msgspec"]) == [module]


def test_the_directorys_document_is_unused_where_the_floor_opens_none():
    documents = ["admin.directory_v1.json", "cloudtasks.v2.json"]
    assert unused(Loaded(FLOOR.modules, documents), FLOOR, []) == ["admin.directory_v1.json"]


def test_a_package_is_named_once_for_all_of_its_modules():
    assert roots(["pandas", "pandas.core", "pandas.core.api", "pandastic"]) == ["pandas", "pandastic"]


@pytest.mark.parametrize("realm", GRADES)
def test_the_invented_people_get_the_account_of_their_realm(realm):
    change = events.parse(event(1, 1, realm=realm), now=START)
    targets = decide(change.person, policies.load("launch_2020"), {}).targets
    assert [target.realm.name for target in targets] == [realm]


def test_bulk_events_say_so_and_live_ones_say_nothing():
    assert b'"lane": "bulk"' in pushed(1, 1, "sd", "bulk").body
    assert b'"lane"' not in pushed(1, 1).body


def test_growth_needs_events_beyond_those_that_warm_up(tmp_path):
    with pytest.raises(MeasurementError, match="EVENTS"):
        memory_figures(Stage(tmp_path, {}, 0, 0, "SQLite", events=1_000))


@pytest.mark.parametrize(
    ("env", "own"),
    [
        ({"FIRESTORE_EMULATOR_HOST": "127.0.0.1:1", "STORE": "firestore://"}, {"GOOGLE_CLOUD_PROJECT": "demo-cold"}),
        ({"STORE": "sqlite:////x/akun.db"}, {"STORE": "sqlite:////x/cold.db"}),
    ],
)
def test_a_measurement_may_have_a_store_of_its_own(env, own):
    stage = Stage(Path("/x"), env, 0, 0, "")
    apart = stage.apart("cold")
    assert apart.env == {**env, **own}
    assert apart.runs is stage.runs  # nobody is numbered twice


def test_all_cores_are_given_back_for_a_while_only():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        with unpinned() as cores:
            assert len(os.sched_getaffinity(0)) == cores
            assert os.sched_getaffinity(0) >= before
        assert os.sched_getaffinity(0) == {min(before)}
    finally:
        os.sched_setaffinity(0, before)


ANSWERING = """
import sys, http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(int(sys.argv[2]))
        self.send_header("Content-Length", "0")
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).handle_request()
"""


def started(folder: Path, script: str, status: int) -> AbstractContextManager[Server]:
    [port] = free(1)
    command = [sys.executable, "-c", script, str(port), str(status)]
    return serving(command, os.environ, port, folder / "server.log", wait=False)


def test_a_cold_start_lasts_from_the_process_to_its_first_answer(tmp_path):
    before = time.monotonic()
    with started(tmp_path, ANSWERING, 200) as server:
        seconds = seconds_to_answer(server, Post(b"{}", HOOK))
    assert 0 < seconds <= time.monotonic() - before


@pytest.mark.parametrize(("script", "status"), [(ANSWERING, 503), ("raise SystemExit('broken')", 200)])
def test_a_server_that_refuses_or_ends_is_a_failed_measurement(tmp_path, script, status):
    with started(tmp_path, script, status) as server, pytest.raises(MeasurementError, match=r"503|broken"):
        seconds_to_answer(server, Post(b"{}", HOOK))


def test_a_server_tells_the_cpu_of_its_family_and_the_memory_of_one_worker_alone(tmp_path):
    with started(tmp_path, "import time; time.sleep(60)", 0) as server:
        assert server.cpu() >= 0
        with pytest.raises(MeasurementError, match="0 workers"):
            server.memory()
