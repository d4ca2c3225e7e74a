"""The calibration as data, its fitting, and the command that does it."""

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.calibrating import figures
from eval.calibration import Decisions, Fit, decide, fit, measure, write
from prompts.assistant import Assistant
from prompts.calibration import Calibration, wording_terms
from prompts.features import DENSE
from tests.asking import questions


def calibration(**changes: object) -> Calibration:
    fields: dict[str, object] = {
        "wording": {"gestor": 2.0, "bydln": -1.0},
        "rarity": {"gestor": 2.0, "bydln": 1.0},
        "wording_bias": -0.5,
        "features": {"covered": (0.5, 0.25, -1.0), DENSE: (0.6, 0.1, -2.0), "wording": (0.0, 1.0, 1.0)},
        "bias": 0.0,
        "threshold": 0.5,
        "quoting": {"relative": (0.5, 0.5, 1.0)},
        "quoting_bias": 0.0,
        "quoting_least": 0.2,
        "encoder": "shipped",
    }
    return Calibration(**(fields | changes))  # type: ignore[arg-type]


def test_words_of_unanswerable_questions_raise_the_doubt() -> None:
    fitted = calibration()
    assert fitted.wording_score("gestor") > fitted.wording_score("nic známého") > fitted.wording_score("bydlení")


def test_better_covered_questions_are_doubted_less() -> None:
    fitted = calibration()
    doubts = [fitted.unanswerable("?", {"covered": value, DENSE: 0.6}, "shipped") for value in (0.1, 0.5, 0.9)]
    assert doubts == sorted(doubts, reverse=True)
    assert all(0 < doubt < 1 for doubt in doubts)


def test_cosines_of_another_encoder_are_left_out() -> None:
    fitted = calibration()
    near, far = ({"covered": 0.5, DENSE: value} for value in (0.9, 0.1))
    assert fitted.unanswerable("?", near, "shipped") < fitted.unanswerable("?", far, "shipped")
    assert fitted.unanswerable("?", near, "other") == fitted.unanswerable("?", far, "other")


def test_the_wording_counts_single_words_and_neighbours() -> None:
    terms = wording_terms("Kdo je gestorem?")
    assert "je_gestorem" in terms
    assert any(term.startswith("gest") for term in terms)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    write(calibration(), tmp_path / "calibration.json")
    assert Calibration.load(tmp_path / "calibration.json") == calibration()


def test_the_shipped_calibration_is_that_of_the_shipped_encoder(assistant: Assistant) -> None:
    shipped = Calibration.load()
    assert shipped.encoder == assistant.index.encoder.fingerprint
    assert 0 < shipped.threshold < 1


@pytest.mark.slow
def test_a_fit_is_reproducible_and_tells_questions_apart_that_it_did_not_see(assistant: Assistant) -> None:
    asked = [q for name in ("control", "unanswerable") for q in questions(name)[::5]]
    measured = measure(assistant.index, asked)
    first, second = (fit(assistant.index, measured, bound=0.05, least=0.2) for _ in range(2))
    assert first == second
    assert first.decisions.questions == len(asked)
    assert first.decisions.auc > 0.8
    assert first.decisions.over_refusal <= 0.05 + 1 / 48
    assert first.quoting_auc > 0.8
    assert first.calibration.quoting_least == 0.2

    moved = decide(assistant.index, first.calibration, measure(assistant.index, questions("open")[::4]))
    assert moved.questions == 40
    assert moved.auc > 0.8


def test_the_table_shows_both_figures_in_czech() -> None:
    fitted = Fit(calibration(), Decisions(720, 0.938, 0.75, 0.045), 0.928)
    table = figures(fitted, Decisions(160, 0.962, 0.885, 0.037))
    assert table.headings[1:] == ("křížová validace", "přenos na otevřenou sadu")
    assert ("správně odmítnuté", "0,750", "0,885") in table.rows
    assert ("AUC výběru citací", "0,928", "–") in table.rows


@pytest.mark.parametrize(("option", "value"), [("--bound", "0"), ("--bound", "1.5"), ("--least", "2")])
def test_a_share_outside_its_range_is_refused(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", option, value]) == 1
    assert f"Hodnota {option} má být mezi 0 a 1" in capsys.readouterr().err


def test_the_shipped_file_is_valid_json_with_numbers_only() -> None:
    from prompts.calibration import FILE

    record = json.loads(FILE.read_text(encoding="utf-8"))
    assert all(isinstance(weight, float | int) for weight in record["wording"].values())
