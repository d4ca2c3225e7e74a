"""Many users who ask a server at once, each the next question as soon as the last reply has come.

They run in a process of their own, so that they do not share the server's interpreter:
`python -m tests.load URL PID USERS SECONDS` prints what they saw as JSON. The server's memory is read from
`/proc`, so this needs Linux.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

PROJECT = Path(__file__).resolve().parent.parent
QUESTIONS = PROJECT / "eval" / "questions" / "open.jsonl"
STATES = {"answered", "partial", "not_found", "out_of_scope", "blocked", "clarify"}
_FIELDS = {"status", "text", "statements", "citations", "confidence", "understood", "notices", "seconds"}

_EVENTS = "text/event-stream"

# Seconds after which a user calls it an error.
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one question.

    Attributes
    ----------
    at, seconds
        When it was asked, in seconds after the start, and how long the whole reply took.
    status
        HTTP status; 0 when the connection failed.
    fault
        What is wrong with the reply, or "".
    asked, text
        What was asked, history included, and the text of the answer.
    """

    at: float
    seconds: float
    status: int
    fault: str
    asked: str
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What all users saw, and the server's memory in MB: pairs of seconds after the start and MB."""

    replies: tuple[Reply, ...]
    memory: tuple[tuple[float, float], ...]

    @property
    def faults(self) -> list[str]:
        """What went wrong; one question that got two different answers counts as well."""
        texts: dict[str, str] = {}
        found = [f"{reply.status}: {reply.fault}" for reply in self.replies if reply.fault]
        for reply in self.replies:
            if not reply.fault and texts.setdefault(reply.asked, reply.text) != reply.text:
                found.append(f"another answer than before to {reply.asked[:200]}")
        return found

    def mean_memory(self, begin: float, end: float) -> float:
        """Mean of the server's memory in MB between two moments in seconds after the start."""
        return statistics.mean(mb for at, mb in self.memory if begin <= at < end)

    @property
    def summary(self) -> str:
        """The figures in one line."""
        cuts = statistics.quantiles([reply.seconds for reply in self.replies], n=20)
        last = self.replies[-1].at + self.replies[-1].seconds
        return (
            f"{len(self.replies)} replies, {len(self.replies) / last:.1f}/s, {len(self.faults)} faults, "
            f"p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, slowest {max(r.seconds for r in self.replies):.2f} s, "
            f"{self.memory[0][1]:.0f} → {self.memory[-1][1]:.0f} MB"
        )


def load(url: str, pid: int, users: int, seconds: float) -> Seen:
    """Let so many users ask for so many seconds, from a process of their own; `pid` is the server's.

    Raises
    ------
    subprocess.CalledProcessError
        If the process of the users fails.
    """
    command = [sys.executable, "-m", "tests.load", url, str(pid), str(users), str(seconds)]
    done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, check=True, timeout=seconds + 180)
    told = json.loads(done.stdout)
    return Seen(tuple(Reply(**reply) for reply in told["replies"]), tuple((at, mb) for at, mb in told["memory"]))


def resident(pid: int) -> float:
    """Return the memory of a process that is in RAM, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def questions() -> list[dict[str, Any]]:
    """Return the questions of the open set as requests, with the history that some have."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [{"question": asked["question"], "history": asked["history"]} for asked in map(json.loads, lines)]


async def _all(url: str, pid: int, users: int, seconds: float) -> tuple[list[Reply], list[tuple[float, float]]]:
    begun, asked = time.monotonic(), questions()
    memory: list[tuple[float, float]] = []
    limits = httpx.Limits(max_connections=users, max_keepalive_connections=users)
    async with httpx.AsyncClient(base_url=url, timeout=_PATIENCE, limits=limits) as client:
        people = [
            asyncio.create_task(_one(client, asked, number * len(asked) // users, begun, begun + seconds))
            for number in range(users)
        ]
        while not all(person.done() for person in people):
            memory.append((time.monotonic() - begun, resident(pid)))
            await asyncio.sleep(1)
        found = [reply for person in people for reply in person.result()]
    return sorted(found, key=lambda reply: reply.at), memory


async def _one(
    client: httpx.AsyncClient, asked: Sequence[Mapping[str, Any]], place: int, begun: float, end: float
) -> list[Reply]:
    """Ask from a place in the questions on.

    Every second question follows the exchange before it, every fifth answer comes as server-sent events.
    """
    replies: list[Reply] = []
    while time.monotonic() < end:
        request = dict(asked[place % len(asked)])
        if place % 2 and replies and not replies[-1].fault and not request["history"]:
            request["history"] = [
                {"role": "user", "content": asked[(place - 1) % len(asked)]["question"]},
                {"role": "assistant", "content": replies[-1].text[:4000]},
            ]
        replies.append(await _reply(client, request, begun, streamed=place % 5 == 0))
        place += 1
    return replies


async def _reply(client: httpx.AsyncClient, request: dict[str, Any], begun: float, streamed: bool) -> Reply:
    asked, start = json.dumps(request, ensure_ascii=False), time.monotonic()
    status, text = 0, ""
    try:
        got = await client.post("/api/ask", json=request, headers={"Accept": _EVENTS} if streamed else {})
        status = got.status_code
        if status == 200:
            # Without a model the only event is the answer; all of its data is on one line.
            body = json.loads(got.text.removeprefix("event: answer\ndata: "))
            fault, text = _fault(body), str(body.get("text"))
            if got.headers["content-type"].startswith(_EVENTS) != streamed:
                fault = f"sent as {got.headers['content-type']}"
        else:
            fault = got.text[:300]
    except (httpx.HTTPError, ValueError) as error:
        fault = repr(error)
    return Reply(start - begun, time.monotonic() - start, status, fault, asked, text)


def _fault(body: dict[str, Any]) -> str:
    """Return what is wrong with the body of an answer, or ""."""
    if body.keys() != _FIELDS:
        return f"fields {sorted(body)}"
    if body["status"] not in STATES:
        return f"status {body['status']}"
    if not body["text"] or not body["statements"]:
        return "nothing is said"
    known = {citation["n"] for citation in body["citations"]}
    if not {n for statement in body["statements"] for n in statement["citations"]} <= known:
        return "a citation points nowhere"
    if body["status"] in ("answered", "partial") and not known:
        return "an answer without a source"
    for citation in body["citations"]:
        if len(citation["quote"]) != citation["place"]["end"] - citation["place"]["start"]:
            return "a quote is not as long as its place"
    return ""


if __name__ == "__main__":
    address, process, people, length = sys.argv[1:]
    told, measured = asyncio.run(_all(address, int(process), int(people), float(length)))
    json.dump({"replies": [asdict(reply) for reply in told], "memory": measured}, sys.stdout)
