"""The interface for other systems: what it answers, and how it refuses."""

import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ingest.settings import Settings
from prompts.assistant import Assistant
from tests.api_world import KEY, KEYED, OPEN, QUESTION, bearer, client, code, events, point_at
from views.api.routes import api_app

POSTS = ("/api/ask", "/api/search")
KEYED_ROUTES = (("POST", "/api/ask"), ("POST", "/api/search"), ("GET", "/api/instruments"), ("GET", "/metrics"))


@pytest.fixture
def api(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Yield a client of the interface over the shipped documents."""
    monkeypatch.setenv("OPORA_CORPUS", str(settings.corpus))
    monkeypatch.setenv("OPORA_DATA", str(settings.data))
    with client() as found:
        yield found


def test_an_answer_says_the_same_as_the_assistant_with_the_place_of_every_quote(
    api: TestClient, assistant: Assistant
) -> None:
    answer = assistant.ask(QUESTION)
    told = api.post("/api/ask", json={"question": QUESTION}).json()
    assert (told["status"], told["text"]) == (answer.status, answer.text)
    assert told["confidence"] == pytest.approx(answer.confidence)
    assert [s["text"] for s in told["statements"]] == [s.text for s in answer.statements]
    assert told["citations"], "the question is answered by quotes"
    for citation in told["citations"]:
        document = assistant.document(citation["document"]["id"])
        place = citation["place"]
        assert document.text[place["start"] : place["end"]] == citation["quote"]
        assert citation["document"]["validity"]["label"]
    numbers = {n for statement in told["statements"] for n in statement["citations"]}
    assert numbers <= {citation["n"] for citation in told["citations"]}


def test_a_follow_up_is_read_with_the_history(api: TestClient) -> None:
    history = [
        {"role": "user", "content": "Co říká opatření 4.6.a?"},
        {"role": "assistant", "content": "Opatření 4.6.a"},
    ]
    question = "A jaké má úkoly?"
    alone = api.post("/api/ask", json={"question": question}).json()
    following = api.post("/api/ask", json={"question": question, "history": history}).json()
    assert following["understood"]["follows"] != alone["understood"]["follows"]


def test_plain_searches_nothing_but_the_words_of_the_question(api: TestClient) -> None:
    question = {"question": "Jak podpořit zadlužené lidi?"}
    assert api.post("/api/ask", json=question).json()["understood"]["concepts"]
    assert not api.post("/api/ask", json={**question, "plain": True}).json()["understood"]["concepts"]


def test_a_comparison_comes_as_a_table_whose_cells_carry_citations(api: TestClient) -> None:
    told = api.post("/api/ask", json={"question": "Porovnej cílové skupiny OPZ 2.1 a OP LZZ 3.1."}).json()
    tables = [s["table"] for s in told["statements"] if s["form"] == "table"]
    assert tables
    assert any(said["citations"] for row in tables[0]["rows"] for cell in row for said in cell)


def test_without_a_model_the_stream_is_the_checked_answer_alone(api: TestClient) -> None:
    reply = api.post("/api/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    assert reply.headers["content-type"].startswith("text/event-stream")
    told = events(reply.text)
    assert [name for name, _ in told] == ["answer"]
    assert json.loads(told[0][1])["text"] == api.post("/api/ask", json={"question": QUESTION}).json()["text"]


def test_a_search_keeps_to_its_limit_and_to_its_filters(api: TestClient, assistant: Assistant) -> None:
    asked = {"question": "terénní programy", "limit": 5, "filters": {"docs": ["opz-2-1"], "kinds": ["item"]}}
    hits = api.post("/api/search", json=asked).json()["hits"]
    assert 0 < len(hits) <= 5
    assert {(hit["document"]["id"], hit["kind"]) for hit in hits} == {("opz-2-1", "item")}
    for hit in hits:
        place = hit["place"]
        assert assistant.document("opz-2-1").text[place["start"] : place["end"]] == hit["text"]
    assert [hit["score"] for hit in hits]


def test_a_whole_number_may_be_written_with_a_point(api: TestClient) -> None:
    asked = b'{"question": "byty", "limit": 2.0}'
    reply = api.post("/api/search", content=asked, headers={"Content-Type": "application/json"})
    assert len(reply.json()["hits"]) == 2


def test_a_filter_that_nothing_passes_finds_nothing(api: TestClient) -> None:
    asked = {"question": "terénní programy", "filters": {"docs": ["neznámý"]}}
    assert api.post("/api/search", json=asked).json()["hits"] == []


def test_the_pages_of_the_catalogue_make_the_whole_without_repeating(api: TestClient) -> None:
    whole = api.get("/api/instruments", params={"limit": 100}).json()
    pages = [
        api.get("/api/instruments", params={"limit": 30, "offset": n}).json() for n in range(0, whole["total"], 30)
    ]
    ids = [instrument["id"] for page in pages for instrument in page["instruments"]]
    assert len(ids) == len(set(ids)) == whole["total"]
    assert ids[:100] == [instrument["id"] for instrument in whole["instruments"]]


def test_the_catalogue_is_filtered_and_searched(api: TestClient) -> None:
    measures = api.get("/api/instruments", params={"kind": ["measure", "tool"], "limit": 100}).json()
    assert {i["kind"] for i in measures["instruments"]} <= {"measure", "tool"}
    found = api.get("/api/instruments", params={"q": "bydlení", "kind": "measure"}).json()
    assert 0 < found["total"] < measures["total"]
    assert "bydlení" in found["instruments"][0]["name"]["quote"]


def test_the_order_by_code_counts_numbers(api: TestClient) -> None:
    found = api.get("/api/instruments", params={"kind": "measure", "order": "code", "limit": 100}).json()
    codes = [instrument["code"] for instrument in found["instruments"] if instrument["code"]]
    assert codes.index("4.2.a") < codes.index("4.6.a")


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff\xfe", b'{"question": "a"} b', b'{"question": "\\ud800"}', b"[" * 100_000]
)
def test_what_is_not_json_is_refused_as_such(api: TestClient, path: str, body: bytes) -> None:
    reply = api.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, code(reply)) == (400, "malformed")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/api/ask", {}, "question"),
        ("/api/ask", {"question": ""}, "question"),
        ("/api/ask", {"question": "a" * 4001}, "question"),
        ("/api/ask", {"question": 5}, "question"),
        ("/api/ask", {"question": "a", "plain": "ano"}, "plain"),
        ("/api/ask", {"question": "a", "histroy": []}, "histroy"),
        ("/api/ask", {"question": "a", "history": [{"role": "system", "content": "a"}]}, "history.0.role"),
        ("/api/ask", {"question": "a", "history": [{"role": "user", "content": ""}] * 21}, "history"),
        ("/api/search", {"question": "a", "limit": 0}, "limit"),
        ("/api/search", {"question": "a", "limit": 51}, "limit"),
        ("/api/search", {"question": "a", "filters": {"kinds": ["poem"]}}, "filters.kinds.0"),
        ("/api/search", {"question": "a", "filters": "opz-2-1"}, "filters"),
    ],
)
def test_a_request_that_differs_from_the_description_is_told_the_field(
    api: TestClient, path: str, body: dict[str, object], field: str
) -> None:
    reply = api.post(path, json=body)
    assert (reply.status_code, code(reply)) == (422, "invalid")
    assert [detail["field"] for detail in reply.json()["error"]["details"]] == [field]


def test_a_request_that_is_not_an_object_is_refused(api: TestClient) -> None:
    reply = api.post("/api/ask", json=["question"])
    assert (reply.status_code, code(reply)) == (422, "invalid")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=1&limit=2", "offset=-1", "kind=poem", "typo=1"]
)
def test_a_wrong_parameter_of_the_catalogue_is_named(api: TestClient, query: str) -> None:
    reply = api.get(f"/api/instruments?{query}")
    assert (reply.status_code, code(reply)) == (422, "invalid")
    assert reply.json()["error"]["details"][0]["field"].partition(".")[0] == query.partition("=")[0]


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=cp1250", ""]
)
def test_another_type_than_json_is_refused(api: TestClient, path: str, kind: str) -> None:
    reply = api.post(path, content=b'{"question": "a"}', headers={"Content-Type": kind})
    assert (reply.status_code, code(reply)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/ask/", "/api/nic", "/api/a/b/c", "/API/ask"])
def test_an_unknown_address_is_refused_in_the_form_of_errors(api: TestClient, path: str) -> None:
    for reply in (api.get(path), api.post(path, json={})):
        assert (reply.status_code, code(reply)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/ask", {"POST"}),
        ("DELETE", "/api/search", {"POST"}),
        ("POST", "/api/instruments", {"GET", "HEAD"}),
        ("PUT", "/api/openapi.json", {"GET", "HEAD"}),
        ("POST", "/healthz", {"GET", "HEAD"}),
        ("OPTIONS", "/metrics", {"GET", "HEAD"}),
    ],
)
def test_a_wrong_method_is_told_the_right_one(api: TestClient, method: str, path: str, allowed: set[str]) -> None:
    reply = api.request(method, path)
    assert (reply.status_code, code(reply)) == (405, "method_not_allowed")
    assert set(reply.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(("method", "path"), KEYED_ROUTES)
def test_without_a_valid_key_nothing_is_answered(method: str, path: str) -> None:
    wrong: list[dict[bytes, bytes]] = [
        {},
        bearer("jiný"),
        bearer(""),
        {b"Authorization": b"Basic " + KEY.encode()},
        {b"Authorization": KEY.encode()},
    ]
    with client(**KEYED) as api:
        for headers in wrong:
            reply = api.request(method, path, headers=headers)
            assert (reply.status_code, code(reply)) == (401, "unauthorized")
            assert reply.headers["www-authenticate"].startswith("Bearer")


def test_a_valid_key_is_let_in(api: TestClient) -> None:
    with client(**KEYED) as keyed:
        assert keyed.post("/api/search", json={"question": "byty"}, headers=bearer(KEY)).status_code == 200
        assert keyed.get("/metrics", headers=bearer(KEY)).status_code == 200


def test_an_interface_without_keys_answers_nobody_until_it_is_opened_in_so_many_words() -> None:
    with client(OPORA_API="1") as api:
        reply = api.get("/api/instruments")
        assert (reply.status_code, code(reply)) == (401, "unauthorized")
        assert "OPORA_API_KEYS" in reply.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/api/ask", "/api/instruments", "/api/openapi.json", "/api", "/metrics"])
def test_unless_it_is_switched_on_there_are_health_checks_only(path: str) -> None:
    with client(OPORA_API="0") as api:
        for reply in (api.get(path), api.post(path, json={"question": "a"})):
            assert (reply.status_code, code(reply)) == (404, "not_found")
        assert api.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    "setting", [{"OPORA_API_KEYS": "tajné"}, {"OPORA_API_RATE": "mnoho"}, {"OPORA_API_ORIGINS": "*"}]
)
def test_a_setting_that_cannot_be_used_keeps_the_interface_off_and_is_logged(
    setting: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), client(**{**OPEN, **setting}) as api:
        assert api.post("/api/ask", json={"question": "a"}).status_code == 404
    assert next(iter(setting)) in caplog.text
    assert "tajné" not in caplog.text


def test_it_is_ready_when_the_documents_are_open(api: TestClient) -> None:
    assert api.post("/api/search", json={"question": "byty"}).status_code == 200
    assert api.get("/readyz").json() == {"status": "ok"}


def test_without_an_index_it_lives_but_is_not_ready_and_says_why(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(Settings(corpus=settings.corpus, data=tmp_path), monkeypatch)
    with client() as api:
        assert api.get("/healthz").status_code == 200
        stream = {"Accept": "text/event-stream"}
        for reply in (
            api.get("/readyz"),
            api.post("/api/ask", json={"question": "a"}),
            api.post("/api/ask", json={"question": "a"}, headers=stream),
            api.post("/api/search", json={"question": "a"}),
            api.get("/api/instruments"),
        ):
            assert (reply.status_code, code(reply)) == (503, "not_ready")
            assert "python -m ingest" in reply.json()["error"]["message"]
            assert int(reply.headers["retry-after"]) > 0
        assert 'opora_answers_total{state="error"} 2.0' in api.get("/metrics").text


def test_figures_count_requests_by_route_and_status_and_name_the_index(api: TestClient, assistant: Assistant) -> None:
    api.post("/api/ask", json={"question": QUESTION})
    api.post("/api/ask", json={})
    api.get("/api/cokoli")
    figures = api.get("/metrics").text.splitlines()
    assert 'opora_requests_total{route="/api/ask",status="200"} 1.0' in figures
    assert 'opora_requests_total{route="/api/ask",status="422"} 1.0' in figures
    assert 'opora_requests_total{route="other",status="404"} 1.0' in figures
    assert 'opora_request_seconds_count{route="/api/ask"} 2.0' in figures
    assert 'opora_answers_total{state="answered"} 1.0' in figures
    assert f'opora_index_info{{fingerprint="{assistant.fingerprint}"}} 1.0' in figures


def test_nothing_of_a_question_is_logged_or_counted(api: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    secret = "Rodné číslo 850101/1234 a dluhy Josefa Nováka"
    with caplog.at_level(logging.DEBUG):
        api.post("/api/ask", json={"question": secret})
        api.post("/api/ask", json={"question": secret, secret: secret})
        api.post("/api/search", json={"question": secret})
        figures = api.get("/metrics").text
    ours = "\n".join(r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore")))
    assert "850101" not in ours + figures
    assert "Novák" not in ours + figures


def test_every_reply_carries_the_security_headers_and_no_permission_for_other_pages(api: TestClient) -> None:
    foreign = {"Origin": "https://obec.example"}
    for reply in (api.get("/healthz", headers=foreign), api.get("/api/nic", headers=foreign), api.get("/api/ask")):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert "access-control-allow-origin" not in reply.headers


def test_a_page_may_ask_only_when_its_origin_is_named() -> None:
    with client(**OPEN, OPORA_API_ORIGINS="https://obec.example") as api:
        asked = {"Access-Control-Request-Method": "POST"}
        ours = api.options("/api/ask", headers={"Origin": "https://obec.example", **asked})
        assert ours.headers["access-control-allow-origin"] == "https://obec.example"
        assert (
            "access-control-allow-origin"
            not in api.options("/api/ask", headers={"Origin": "https://x.example", **asked}).headers
        )


def test_the_description_is_openapi_with_czech_words_and_every_route(api: TestClient) -> None:
    described = api.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {
        *("/api/ask", "/api/search", "/api/instruments", "/api/openapi.json", "/healthz", "/readyz", "/metrics")
    }
    question = described["components"]["schemas"]["AskIn"]["properties"]["question"]
    assert (question["minLength"], question["maxLength"]) == (1, 4000)
    assert question["description"] == "Otázka v češtině."
    assert '"title": "' not in json.dumps(described["components"])


def test_the_validity_of_a_document_is_that_of_today(api: TestClient) -> None:
    found = api.get("/api/instruments", params={"document": "akcni-plan-2024-2026", "limit": 1}).json()["instruments"]
    state = found[0]["document"]["validity"]["state"]
    assert state == ("current" if 2024 <= date.today().year <= 2026 else "ended")


def test_below_a_path_of_its_own_everything_moves_there(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    point_at(settings, monkeypatch)
    with TestClient(api_app("/opora", OPEN)) as api:
        assert api.get("/opora/healthz").status_code == 200
        assert api.post("/opora/api/search", json={"question": "byty"}).status_code == 200
        assert api.get("/opora/api/openapi.json").json()["servers"] == [{"url": "/opora"}]
        assert 'route="/opora/api/search"' in api.get("/opora/metrics").text
        assert api.get("/healthz").status_code == 404
