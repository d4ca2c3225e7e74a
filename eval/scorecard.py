"""The scorecard: figures of the shipped system beside the textbook baselines, kept in the repository and in README.

scorecard.json holds the figures, rounded; scorecard.md and README's block are written from it and from nothing else.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.reporting.reading import Finished
from eval.runs import SYSTEMS
from eval.runs.asked import SETS, choose
from eval.runs.summary import Figure, figures
from ingest.errors import SettingsError
from ingest.settings import PROJECT

REPORTS = PROJECT / "eval" / "reports"
NAME = "scorecard"
FORMAT = 1
QUICK = 90
"""Questions of the quick subset: every kind in proportion, from all three sets, the same ones every time."""

AGAIN = "python -m eval scorecard"

_PLACES = 6
_ALIKE = ("machine", "index", "versions", "sets", "at_once")


def scorecard(runs: Sequence[Finished]) -> dict[str, Any]:
    """Return what scorecard.json holds, from a run of each system over the project's whole sets.

    Raises
    ------
    SettingsError
        If a system is there twice or our own is missing, or a run is a sample, used a chat model or changed settings,
        or was not made on the same machine over the same index and sets as the others.
    """
    by_system = {str(run.run["system"]): run for run in runs}
    ours = by_system.get(SYSTEMS[0])
    if ours is None or len(by_system) < len(runs):
        raise SettingsError(
            f"Přehled potřebuje jeden běh systému „{SYSTEMS[0]}“ a nejvýš jeden běh každého ze srovnávaných "
            f"({', '.join(SYSTEMS[1:])}). Vyberte jiné běhy, nebo je vynechte a nahrají se nové."
        )
    for run in runs:
        _check_fits(run, ours)
    quick = [question.id for question in choose(SETS, QUICK).questions]
    kept = [ours.lines[id_] for id_ in quick if id_ in ours.lines]
    return {
        "format": FORMAT,
        "made": str(ours.run["finished"])[:10],
        "encoder": ours.run["settings"]["encoder"],
        "index": ours.run["index"],
        "code": ours.run["code"],
        "versions": dict(ours.run["versions"]),
        # The kernel and the like say nothing about the figures, and something about whoever made them.
        "machine": {key: ours.run["machine"][key] for key in ("cpus", "memory_gib")},
        "sets": list(ours.run["sets"]),
        "systems": {name: _rounded(by_system[name].summary) for name in SYSTEMS if name in by_system},
        "quick": {
            "questions": quick,
            "all": _rounded(figures(kept)),
            "sets": {file.stem: _rounded(figures([line for line in kept if line.set == file.stem])) for file in SETS},
        },
    }


def _check_fits(run: Finished, ours: Finished) -> None:
    made = run.run
    today = list(choose(SETS).sets)
    if made["limit"] is not None or made["sets"] != today:
        raise SettingsError(
            f"Běh „{run.name}“ není nad celými sadami projektu v dnešním znění. Nahrajte ho znovu bez --questions "
            f"a --limit: python -m eval run --name {run.name} --system {made['system']}"
        )
    if made["settings"]["set"] or made["settings"]["model"]:
        raise SettingsError(
            f"Běh „{run.name}“ je se změněným nastavením nebo s jazykovým modelem. Přehled popisuje systém, jak se "
            "dodává: nahrajte běh bez --set a --llm."
        )
    apart = [key for key in _ALIKE if made.get(key) != ours.run.get(key)]
    if apart:
        raise SettingsError(
            f"Běhy „{run.name}“ a „{ours.name}“ nevznikly za stejných podmínek ({', '.join(apart)}). Nahrajte je znovu "
            f"jeden po druhém, nebo spusťte „{AGAIN}“ bez jmen."
        )


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(inner) for key, inner in value.items()}
    return round(value, _PLACES) if isinstance(value, float) else value


def load(folder: Path = REPORTS) -> dict[str, Any]:
    """Read scorecard.json.

    Raises
    ------
    SettingsError
        If it is missing, damaged or of another version of the program.
    """
    path = folder / f"{NAME}.json"
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"Přehled {path.name} chybí nebo je poškozený. Vytvořte ho příkazem: {AGAIN}") from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise SettingsError(f"Přehled {path.name} je z jiné verze programu. Vytvořte ho znovu příkazem: {AGAIN}")
    return card


def baseline(card: Mapping[str, Any], run: Finished) -> dict[str, Mapping[str, Figure]]:
    """Return our own figures of a scorecard over the same questions as the run's, by set and under "all".

    Raises
    ------
    SettingsError
        If the scorecard has no figures over the same questions.
    """
    if run.run["limit"] is None and run.run["sets"] == card["sets"]:
        found = card["systems"][SYSTEMS[0]]
    elif [question.id for question in run.questions] == card["quick"]["questions"] and _same_files(card, run):
        found = card["quick"]
    else:
        raise SettingsError(
            f"Běh „{run.name}“ nelze srovnat s přehledem {NAME}.json: je nad jinými otázkami. Srovnat lze běh nad "
            f"celými sadami projektu, nebo s volbou --limit {QUICK}. Pokud se změnily sady, obnovte přehled: {AGAIN}"
        )
    return {"all": found["all"], **found["sets"]}


def _same_files(card: Mapping[str, Any], run: Finished) -> bool:
    return {one["file"]: one["sha256"] for one in card["sets"]} == {
        one["file"]: one["sha256"] for one in run.run["sets"]
    }
