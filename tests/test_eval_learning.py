"""Learning the weights: careful steps, fair folds, and a file that a person can still read."""

from collections import Counter
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from eval.learning import COST, LADDER, Point, Value, climb, point_of, rewritten, stratified, weights_of
from eval.questions import Question
from eval.studies import learn
from ingest.errors import SettingsError
from ingest.settings import Settings
from retrieval.weights import FILE, Weights
from tests.study_world import install, write_questions


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return install(tmp_path_factory.mktemp("world"))


def worth(value: float) -> Sequence[Value]:
    return [Value(value, value, value)]


def questions(**kinds: int) -> list[Question]:
    return [Question(f"{kind}{n}", kind, "?", (), True, (), ()) for kind, many in kinds.items() for n in range(many)]


def test_learning_climbs_to_the_better_weight_and_leaves_the_others() -> None:
    def likes_two(point: Point) -> Sequence[Value]:
        return worth(-abs(point[1] - 2.0))

    assert climb(likes_two, (1.0, 0.5, 1.0), [0]) == (1.0, 2.0, 1.0)


def test_weights_far_from_the_start_are_reached_in_several_rounds() -> None:
    def likes_eight(point: Point) -> Sequence[Value]:
        return worth(-abs(point[0] - 8.0))

    assert climb(likes_eight, (0.25,), [0]) == (8.0,)


def test_a_gain_that_is_smaller_than_its_cost_is_not_worth_a_step() -> None:
    def hardly(gain: float) -> Point:
        return climb(lambda point: worth(gain * (point[0] > 1.0)), (1.0,), [0])

    assert hardly(0.9 * COST) == (1.0,)
    assert hardly(1.1 * COST) == (1.5,)


def test_only_the_questions_of_the_fold_decide() -> None:
    def divided(point: Point) -> Sequence[Value]:
        return [*worth(point[0]), *worth(-point[0])]

    assert climb(divided, (1.0,), [0]) == (LADDER[-1],)
    assert climb(divided, (1.0,), [1]) == (LADDER[0],)


def test_each_fold_has_its_share_of_every_kind_and_each_question_is_held_out_once() -> None:
    asked = questions(lay=10, list=5, numeric=3)
    folds = stratified(asked, 5)
    assert sorted(i for fold in folds for i in fold) == list(range(18))
    for fold in folds:
        kinds = Counter(asked[i].kind for i in fold)
        assert (kinds["lay"], kinds["list"]) == (2, 1)
        assert kinds["numeric"] <= 1
    assert folds == stratified(asked, 5)


def test_rewritten_weights_keep_the_comments_and_load_as_what_was_learned(tmp_path: Path) -> None:
    before = FILE.read_text(encoding="utf-8")
    point = tuple(0.25 + n for n in range(len(point_of(Weights.load()))))
    file = tmp_path / "weights.toml"
    file.write_text(rewritten(before, weights_of(point)), encoding="utf-8")
    assert point_of(Weights.load(file)) == point
    assert [line for line in before.splitlines() if line.startswith("#")] == [
        line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("#")
    ]


def test_the_command_shows_each_fold_and_says_what_comes_of_it(world: Settings, tmp_path: Path) -> None:
    shown = StringIO()
    console = Console(file=shown, width=120)
    file = tmp_path / "weights.toml"
    file.write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    learn(world, [write_questions(tmp_path / "q.jsonl")], 2, True, file, console, Console(file=StringIO()))
    text = shown.getvalue()
    assert text.index("díl 1") < text.index("díl 2") < text.index("všechny otázky") < text.index("dnešní váhy")
    assert "Vyzkoušených nastavení:" in text
    changed = file.read_text(encoding="utf-8") != FILE.read_text(encoding="utf-8")
    assert changed == ("Váhy jsou zapsané v souboru weights.toml." in text)


def test_more_folds_than_questions_are_refused(world: Settings, tmp_path: Path) -> None:
    console = Console(file=StringIO())
    with pytest.raises(SettingsError, match="má být 2 až 4"):
        learn(world, [write_questions(tmp_path / "q.jsonl")], 5, False, None, console, console)
