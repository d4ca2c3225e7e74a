"""The weights file is read as it stands, and says in Czech what is wrong with it."""

from pathlib import Path

import pytest

from ingest.errors import SettingsError
from retrieval.weights import BOOSTS, CHANNELS, Weights


def written(tmp_path: Path, channels: dict[str, object], boosts: dict[str, object]) -> Path:
    path = tmp_path / "weights.toml"
    lines = ["[channels]", *(f"{name} = {value}" for name, value in channels.items())]
    lines += ["[boosts]", *(f"{name} = {value}" for name, value in boosts.items())]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def ones(names: tuple[str, ...]) -> dict[str, object]:
    return dict.fromkeys(names, 1)


def test_the_shipped_weights_name_every_channel_and_boost() -> None:
    weights = Weights.load()
    assert set(weights.channels) == set(CHANNELS)
    assert sum(weights.channels.values()) > 0
    assert min(weights.code, weights.document, weights.background) >= 0


def test_whole_numbers_and_zero_are_weights(tmp_path: Path) -> None:
    weights = Weights.load(written(tmp_path, {**ones(CHANNELS), "concepts": 0}, ones(BOOSTS)))
    assert weights.channels["concepts"] == 0.0
    assert weights.code == 1.0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"weights\.toml nelze přečíst"):
        Weights.load(tmp_path / "weights.toml")


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "weights.toml"
    path.write_text("[channels", encoding="utf-8")
    with pytest.raises(SettingsError, match="nelze přečíst"):
        Weights.load(path)


@pytest.mark.parametrize("value", ["-1", '"mnoho"', "true"])
def test_a_weight_must_be_a_number_that_is_not_negative(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match="váha „concepts“ má být nezáporné číslo"):
        Weights.load(written(tmp_path, {**ones(CHANNELS), "concepts": value}, ones(BOOSTS)))


def test_a_missing_and_an_unknown_weight_are_refused(tmp_path: Path) -> None:
    fewer = {name: 1 for name in CHANNELS if name != "concepts"}
    with pytest.raises(SettingsError, match="mají tu být váhy"):
        Weights.load(written(tmp_path, dict(fewer), ones(BOOSTS)))
    with pytest.raises(SettingsError, match="sparse"):
        Weights.load(written(tmp_path, ones(CHANNELS), {**ones(BOOSTS), "sparse": 1}))


def test_a_file_without_boosts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.toml"
    path.write_text("[channels]\n" + "\n".join(f"{name} = 1" for name in CHANNELS), encoding="utf-8")
    with pytest.raises(SettingsError, match="jsou tu žádné"):
        Weights.load(path)
