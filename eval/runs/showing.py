"""How runs look in a terminal: the figures of one, and a list of all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from eval.figures import Figures, decimal
from eval.runs.changes import WEIGHTS
from eval.runs.configuration import shown
from eval.runs.files import RunFolder
from eval.runs.summary import MEASURES
from eval.tables import NAMES as MEANS
from ingest.settings import Settings

NAMES = {
    **MEANS,
    "quotes_verbatim": "doslovné citace (n = počet citací)",
    "refusal_f1": "odmítání celkem (F1)",
    "supported_rate": "věty doložené citací",
    "chars": "délka odpovědi, medián (znaky)",
    "p50": "čas odpovědi, medián (s)",
    "p95": "čas odpovědi, 95. percentil (s)",
    "tokens_in": "tokeny, které model přečetl (průměr)",
    "tokens_out": "tokeny, které model napsal (průměr)",
    "cost": "cena odpovědi (průměr)",
}

LISTED = {
    "recall@5": ("R@5", 2),
    "recall@3000c": ("R@\n3000c", 2),
    "facts": ("fakta", 2),
    "refusal_f1": ("odmít.\nF1", 2),
    "p50": ("čas\n(s)", 3),
}
"""Main figures in the list of runs, each with its heading and its decimal places."""

_WHOLE = ("chars", "tokens_in", "tokens_out")


def summary_figures(name: str, summary: Mapping[str, Any]) -> Figures:
    """Return a row per measure of a run: its value, its interval and n."""
    rows = []
    for measure in (measure for measure in MEASURES if measure in summary["all"]):
        figure = summary["all"][measure]
        value, low, high = (_shown(measure, figure[key]) for key in ("value", "low", "high"))
        rows.append([NAMES[measure], value, f"{low} až {high}", str(figure["n"])])
    return Figures(f"Běh {name}", ("Míra", "hodnota", "95% interval", "n"), rows)


def runs_table(folders: Sequence[RunFolder]) -> Table:
    """Return a row per run, newest first: name, time, system, sets with their numbers of questions, main figures.

    Raises
    ------
    SettingsError
        If the files of a run are damaged.
    """
    table = Table(
        title="Nahrané běhy",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    for heading in ("Jméno\na začátek", "Systém", "Sady"):
        table.add_column(heading, overflow="fold")
    for heading, _ in LISTED.values():
        table.add_column(heading, justify="right", no_wrap=True)
    runs = [(run, folder.summarised()) for folder in folders if (run := folder.described())]
    for run, summary in sorted(runs, key=lambda pair: str(pair[0]["started"]), reverse=True):
        done = summary["all"] if summary and run["finished"] else {}
        cells = [_shown(name, done[name]["value"], LISTED[name][1]) if name in done else "–" for name in LISTED]
        started = datetime.fromisoformat(run["started"]).astimezone()
        moment = f"{started.day}. {started.month}. {started.year}\n{started.hour}:{started:%M}"
        name = "\n".join([run["name"], moment, *([] if done else ["nedokončený"])])
        table.add_row(*(Text(cell) for cell in (name, _system(run), _sets(run), *cells)), end_section=True)
    return table


def _sets(run: Mapping[str, Any]) -> str:
    return "\n".join(f"{one['file'].removesuffix('.jsonl')} ({one['questions']})" for one in run["sets"])


def _system(run: Mapping[str, Any]) -> str:
    """The system and what about it is not as it serves."""
    settings = run["settings"]
    own = [settings["encoder"]] if settings["encoder"] != shown(Settings().encoder) else []
    model = [settings["model"]] if settings["model"] else []
    changes = [f"{name.removeprefix(WEIGHTS)}={value:g}" for name, value in settings["set"].items()]
    return "\n".join([run["system"], *(name.rpartition("/")[2] for name in (*own, *model)), *changes])


def _shown(measure: str, value: float, places: int = 3) -> str:
    return decimal(value, 0 if measure in _WHOLE else places)
