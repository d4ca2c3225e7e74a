"""What `--set key=value` may change for one run, and the changed assistant; nothing that serves is touched."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.errors import SettingsError
from prompts.assistant import Assistant
from retrieval.index import Index
from retrieval.thesaurus import Thesaurus
from retrieval.weights import BOOSTS, CHANNELS

WEIGHTS = "weights."
THESAURUS = "thesaurus"
DECISIONS = ("calibration.threshold", "calibration.quoting_least")
"""Probability of no answer from which the assistant refuses; relevance from which a passage is quoted."""

KNOWN = (*(f"{WEIGHTS}{name}" for name in (*CHANNELS, *BOOSTS)), *DECISIONS, THESAURUS)
"""Names that can be set; the thesaurus by 0 (out) or 1 (as it is)."""

Changes = Mapping[str, float]


def parse(pairs: Sequence[str]) -> dict[str, float]:
    """Return the values by name, in the order of the names; a later pair overrules an earlier one.

    Raises
    ------
    SettingsError
        If a pair has no "=", its name is unknown, or its value cannot be used.
    """
    found: dict[str, float] = {}
    for pair in pairs:
        name, equals, text = (part.strip() for part in pair.partition("="))
        if not equals:
            raise SettingsError(f"„{pair}“ nemá tvar jméno=hodnota, například weights.concepts=0.")
        if name not in KNOWN:
            raise SettingsError(f"Nastavení „{name}“ neexistuje. Nastavit lze: {', '.join(KNOWN)}.")
        found[name] = _value(name, text)
    return dict(sorted(found.items()))


def _value(name: str, text: str) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if name == THESAURUS:
        fits, wanted = value in (0, 1), "0 (vypnout), nebo 1"
    elif name in DECISIONS:
        fits, wanted = 0 <= value <= 1, "číslo od 0 do 1"
    else:
        fits, wanted = 0 <= value < math.inf, "nezáporné číslo"
    if not fits:
        raise SettingsError(f"Nastavení „{name}“ má být {wanted}, je „{text}“.")
    return value


def changed(assistant: Assistant, changes: Changes) -> Assistant:
    """Return the assistant with the values set; it shares the open index with the given one."""
    index = _index(assistant.index, changes)
    calibration = assistant.judge.calibration
    calibration = replace(
        calibration,
        threshold=changes.get("calibration.threshold", calibration.threshold),
        quoting_least=changes.get("calibration.quoting_least", calibration.quoting_least),
    )
    return replace(assistant, index=index, judge=replace(assistant.judge, index=index, calibration=calibration))


def _index(index: Index, changes: Changes) -> Index:
    weights = {name.removeprefix(WEIGHTS): value for name, value in changes.items() if name.startswith(WEIGHTS)}
    channels = {name: weights.get(name, weight) for name, weight in index.weights.channels.items()}
    boosts = {name: weights[name] for name in BOOSTS if name in weights}
    thesaurus = Thesaurus() if changes.get(THESAURUS) == 0 else index.thesaurus
    return replace(index, weights=replace(index.weights, channels=channels, **boosts), thesaurus=thesaurus)
