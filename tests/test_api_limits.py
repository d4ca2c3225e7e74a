"""Limits of the interface for other systems: how often, how much, how long, how many at once."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import streamlit as st

from ingest.api_settings import ApiSettings
from ingest.errors import SettingsError
from ingest.settings import Settings
from tests.api_world import KEY, KEYED, OPEN, WRITABLE, bearer, client, code, events, point_at, ready
from tests.model_server import hangs, hangs_after, model_server
from views.api.errors import ApiError
from views.api.limits import RateLimit
from views.api.pool import Pool


@pytest.fixture(autouse=True)
def _no_model_is_left_behind() -> Iterator[None]:
    """Have the next test open its assistant anew."""
    yield
    st.cache_resource.clear()


@dataclass
class Clock:
    """A clock that goes on when told, in seconds."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_caller_may_send_as_many_requests_as_a_minute_allows_and_then_waits_for_the_next() -> None:
    clock = Clock()
    limit = RateLimit(3, clock)
    assert [limit.take("a") for _ in range(3)] == [0, 0, 0]
    assert limit.take("a") == pytest.approx(20)
    clock.now += 15
    assert limit.take("a") == pytest.approx(5)
    clock.now += 5.01
    assert limit.take("a") == 0
    assert limit.take("a") > 19


def test_callers_are_counted_apart_and_a_clock_going_back_locks_nobody_out_for_long() -> None:
    clock = Clock()
    limit = RateLimit(1, clock)
    assert (limit.take("a"), limit.take("b")) == (0, 0)
    assert limit.take("a") > 0
    clock.now += 60
    assert limit.take("a") == 0


def test_a_rate_of_nought_limits_nobody() -> None:
    limit = RateLimit(0)
    assert {limit.take("a") for _ in range(1000)} == {0}


def test_callers_that_have_gone_quiet_are_forgotten() -> None:
    clock = Clock()
    limit = RateLimit(5, clock)
    for number in range(25_000):
        limit.take(str(number))
        clock.now += 0.001
    assert len(limit.buckets) <= 10_000


def test_too_many_requests_are_told_when_to_come_again() -> None:
    with client(**{**KEYED, "OPORA_API_RATE": "2"}) as api:
        replies = [api.get("/metrics", headers=bearer(KEY)) for _ in range(3)]
        assert [reply.status_code for reply in replies] == [200, 200, 429]
        assert code(replies[2]) == "too_many_requests"
        assert 1 <= int(replies[2].headers["retry-after"]) <= 30


def test_guessing_keys_is_limited_without_locking_out_the_owner_of_one() -> None:
    with client(**{**KEYED, "OPORA_API_RATE": "2"}) as api:
        guesses = [api.get("/metrics", headers=bearer(f"zkouším {n}")).status_code for n in range(4)]
        assert guesses == [401, 401, 429, 429]
        assert api.get("/metrics", headers=bearer(KEY)).status_code == 200


@pytest.mark.parametrize("size", [2_000, 200_000])
def test_a_request_that_is_too_long_is_refused(size: int) -> None:
    def parts() -> list[bytes]:
        return [b'{"question": "', *[b"a" * 500] * (size // 500), b'"}']

    json_type = {"Content-Type": "application/json"}
    with client(**OPEN, OPORA_API_BODY="1000") as api:
        # Once with the length announced, once in chunks without it.
        for content in (b"".join(parts()), iter(parts())):
            reply = api.post("/api/ask", content=content, headers=json_type)
            assert (reply.status_code, code(reply)) == (413, "too_large")
            assert "1000" in reply.json()["error"]["message"]


def test_when_all_workers_and_places_are_taken_others_are_turned_away_at_once() -> None:
    pool, release = Pool(workers=1, waiting=1), threading.Event()
    work = [pool.submit(release.wait) for _ in range(2)]
    with pytest.raises(ApiError) as refusal:
        pool.submit(release.wait)
    assert refusal.value.status_code == 503
    assert refusal.value.headers is not None
    assert int(refusal.value.headers["Retry-After"]) > 0
    release.set()
    assert all(future.result(5) for future in work)
    assert pool.submit(lambda: "volno").result(5) == "volno"


def test_work_that_fails_gives_its_worker_back() -> None:
    pool = Pool(workers=1, waiting=0)
    for _ in range(3):
        future = pool.submit(lambda: 1 // 0)
        assert isinstance(future.exception(5), ZeroDivisionError)
        deadline = time.monotonic() + 5
        while pool.taken and time.monotonic() < deadline:
            time.sleep(0.01)
    assert pool.taken == 0


@pytest.mark.slow
@pytest.mark.parametrize("stream", [False, True])
def test_a_hung_model_server_costs_the_caller_the_time_limit_and_the_worker_no_more_than_its_own(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    headers = {"Accept": "text/event-stream"} if stream else {}
    with model_server(hangs) as server, client(**OPEN, OPORA_API_TIMEOUT="1", OPORA_API_WORKERS="1") as api:
        model = {"OPORA_MODEL": "openai:loopback", "OPORA_MODEL_URL": server.url, "OPORA_MODEL_TIMEOUT": "3"}
        point_at(settings, monkeypatch, **model)
        ready(api)
        begun = time.monotonic()
        reply = api.post("/api/ask", json={"question": WRITABLE}, headers=headers)
        assert time.monotonic() - begun < 2.5
        if stream:
            told = events(reply.text)
            assert [name for name, _ in told] == ["error"]
            assert '"timeout"' in told[0][1]
        else:
            assert (reply.status_code, code(reply)) == (504, "timeout")
        assert server.requests, "the model was asked"
        while "opora_requests_in_work 0.0" not in api.get("/metrics").text:
            assert time.monotonic() - begun < 8, "the worker is still taken"
            time.sleep(0.1)


@pytest.mark.slow
def test_a_full_house_answers_busy_and_serves_again_when_the_model_is_given_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = {"OPORA_API_WORKERS": "1", "OPORA_API_WAITING": "1", "OPORA_API_TIMEOUT": "20"}
    with model_server(hangs_after("Cílové ")) as server, client(**OPEN, **limits) as api:
        model = {"OPORA_MODEL": "openai:loopback", "OPORA_MODEL_URL": server.url, "OPORA_MODEL_TIMEOUT": "2"}
        point_at(settings, monkeypatch, **model)
        ready(api)
        with ThreadPoolExecutor(4) as callers:
            asked = [callers.submit(api.post, "/api/ask", json={"question": WRITABLE}) for _ in range(4)]
            replies = [future.result(30) for future in asked]
        statuses = sorted(reply.status_code for reply in replies)
        assert statuses == [200, 200, 503, 503]
        for reply in replies:
            if reply.status_code == 503:
                assert code(reply) == "busy"
                assert int(reply.headers["retry-after"]) > 0
            else:
                # Given up, so made of quotes, with a line that says so.
                assert any("včas" in notice for notice in reply.json()["notices"])


def test_settings_are_read_and_the_defaults_keep_everything_closed() -> None:
    default = ApiSettings.from_env({})
    assert (default.on, default.open, default.keys, default.origins) == (False, False, (), ())
    read = ApiSettings.from_env({"OPORA_API": "1", "OPORA_API_KEYS": f"{'A' * 64}, {'b' * 64}", "OPORA_API_RATE": "0"})
    assert (read.on, read.keys, read.rate) == (True, ("a" * 64, "b" * 64), 0)


@pytest.mark.parametrize(
    "env",
    [
        {"OPORA_API": "možná"},
        {"OPORA_API_KEYS": "heslo"},
        {"OPORA_API_TIMEOUT": "0"},
        {"OPORA_API_WORKERS": "-1"},
        {"OPORA_API_RATE": "nan"},
        {"OPORA_API_ORIGINS": "obec.cz"},
    ],
)
def test_a_setting_that_cannot_be_used_is_named(env: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=next(iter(env))):
        ApiSettings.from_env(env)
