"""From text to vectors: the one home of sentence-transformers.

Any sentence-transformers model serves, by name or by path. A static model is read by `retrieval.static`; only other
models import torch, which takes about ten seconds and is therefore done when such a model is loaded, not before.
"""

import hashlib
import json
import logging
import os
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import EncoderError

_E5 = re.compile(r"(?:^|[-_/\\])e5(?:[-_]|$)", re.IGNORECASE)
_PASSAGE_PROMPTS = ("document", "passage", "corpus")
_WEIGHT_SUFFIXES = {".safetensors", ".bin", ".json", ".txt", ".model"}
_WHOLE_FILE = 64 * 2**20
_SAMPLE = 2**16
_SAMPLES = 256


class Backend(Protocol):
    """What turns texts into L2-normalised float32 vectors of shape (len(texts), dimension)."""

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str], prefix: str = "") -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What the model wants to see before a query and before a passage."""

    query: str = ""
    passage: str = ""


class Encoder:
    """An embedding model with its prefixes.

    Attributes
    ----------
    name
        Name or path it was loaded by.
    fingerprint
        Changes when the vectors may change: name of the model, weights, configuration, prefixes. It does not
        depend on the folder in which the model lies, so a moved installation keeps its index.
    """

    def __init__(self, name: str, backend: Backend, prefixes: Prefixes, fingerprint: str) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.prefixes = prefixes
        self._backend = backend

    @classmethod
    def load(cls, name: str) -> "Encoder":
        """Load a model by the path of its folder or by its name on the hub.

        A name is looked up in the local cache first; the hub is asked unless `HF_HUB_OFFLINE` is set.

        Raises
        ------
        EncoderError
            If the model is neither on disk nor reachable, or its files cannot be read.
        """
        # Set before the libraries are imported, since they read it once; what the user set stays.
        for variable, value in (
            ("HF_HUB_DISABLE_TELEMETRY", "1"),
            ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
            ("TOKENIZERS_PARALLELISM", "false"),
        ):
            os.environ.setdefault(variable, value)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return cls._load(name)
            except EncoderError:
                raise
            except Exception as error:  # each model family fails in its own way
                raise EncoderError(_advice(name)) from error

    @classmethod
    def _load(cls, name: str) -> "Encoder":
        from retrieval.static import StaticTable

        folder = Path(name) if Path(name).is_dir() else None
        if folder is not None and not any(folder.iterdir()):
            raise EncoderError(_advice(name))
        table = StaticTable.open(folder) if folder else None
        backend: Backend = table or _SentenceTransformer(name)
        folder = folder or _cached_folder(name)
        prefixes = _prefixes(name, folder)
        return cls(name, backend, prefixes, _fingerprint(name, folder, prefixes))

    @property
    def dimension(self) -> int:
        return self._backend.dimension

    @property
    def is_table(self) -> bool:
        """Whether the model is a table, which loads at once; others take seconds and gigabytes each time."""
        from retrieval.static import StaticTable

        return isinstance(self._backend, StaticTable)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return L2-normalised vectors of passages, shape (len(texts), dimension), in the given order."""
        return self._encode(texts, self.prefixes.passage)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return L2-normalised vectors of queries, shape (len(texts), dimension), in the given order."""
        return self._encode(texts, self.prefixes.query)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the L2-normalised vector of one query, shape (dimension,)."""
        vector: NDArray[np.float32] = self.encode_queries([text])[0]
        return vector

    def _encode(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._backend.encode(texts, prefix)


class _SentenceTransformer:
    """Any model of sentence-transformers, kept quiet."""

    def __init__(self, name: str) -> None:
        # These two tell of attention variants and of unused weights, which no reader of our output can act on.
        for library in ("sentence_transformers", "transformers"):
            logging.getLogger(library).setLevel(logging.ERROR)
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]
        self._model: Any = SentenceTransformer(name)

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str], prefix: str = "") -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = self._model.encode(
            list(texts),
            prompt=prefix,
            show_progress_bar=False,
            convert_to_numpy=True,
            normalize_embeddings=True,
        )
        return vectors.astype(np.float32, copy=False)


def _cached_folder(name: str) -> Path:
    """Return the folder in which the hub's client keeps a model that has just been loaded."""
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else f"sentence-transformers/{name}"
    cache = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    return Path(snapshot_download(repository, cache_dir=cache, local_files_only=True))


def _prefixes(name: str, folder: Path) -> Prefixes:
    """Prefixes of the e5 family, else the model's own prompts, else none.

    The e5 cards ask for "query: " and "passage: " but their configuration does not carry them; the variants
    trained with instructions carry prompts of their own.
    """
    config = _json(folder / "config_sentence_transformers.json")
    prompts = config.get("prompts") or {}
    origin = str(_json(folder / "config.json").get("_name_or_path", ""))
    names = (name.rstrip("/\\"), origin)
    if any(_E5.search(n) and "instruct" not in n.lower() for n in names):
        return Prefixes("query: ", "passage: ")
    passage = next((prompts[key] for key in _PASSAGE_PROMPTS if prompts.get(key)), "")
    return Prefixes(str(prompts.get("query") or ""), str(passage))


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}


def _fingerprint(name: str, folder: Path, prefixes: Prefixes) -> str:
    """Hash what the vectors depend on: `<name>-<16 hex digits>`.

    Weights above 64 MiB are sampled evenly: training moves all of them, and hashing gigabytes at each start
    would take longer than the rest of it.
    """
    digest = hashlib.sha256(json.dumps([prefixes.query, prefixes.passage]).encode())
    files = (f for f in folder.rglob("*") if f.is_file() and f.suffix in _WEIGHT_SUFFIXES)
    for file in sorted(files, key=lambda f: f.relative_to(folder).as_posix()):
        size = file.stat().st_size
        digest.update(f"\0{file.relative_to(folder).as_posix()}\0{size}\0".encode())
        with file.open("rb") as stream:
            if size <= _WHOLE_FILE:
                digest.update(stream.read())
            else:
                for i in range(_SAMPLES):
                    stream.seek((size - _SAMPLE) * i // (_SAMPLES - 1))
                    digest.update(stream.read(_SAMPLE))
    label = re.sub(r"[^A-Za-z0-9.]+", "-", Path(name).name if Path(name).is_dir() else name).strip("-")
    return f"{label}-{digest.hexdigest()[:16]}"


def _advice(name: str) -> str:
    where = "Složka" if Path(name).exists() else "Model"
    return (
        f"{where} „{name}“ nelze použít k převodu textu na vektory: není to úplný model knihovny "
        "sentence-transformers na tomto počítači a stáhnout se nepodařil. Zrušte proměnnou OPORA_ENCODER "
        "(použije se dodaný model), nebo do ní zadejte složku se staženým modelem; ke stažení podle jména je "
        "třeba připojení k internetu a nenastavená proměnná HF_HUB_OFFLINE."
    )
