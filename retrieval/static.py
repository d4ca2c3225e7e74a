"""Static embeddings in the format of sentence-transformers, served without torch.

Such a model is a table: a text is the mean of the vectors of its tokens. Reading the table with numpy gives the
same numbers as `sentence_transformers` and takes tenths of a second instead of about ten seconds at start.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"


class StaticTable:
    """A tokenizer and a matrix with one vector per token.

    Attributes
    ----------
    vectors
        float32, shape (rows, dimension).
    rows
        int64, shape (tokens,): the row of each token id, since spellings of one word may share a row.
    """

    def __init__(self, tokenizer: Tokenizer, vectors: NDArray[np.float32], rows: NDArray[np.int64]) -> None:
        self._tokenizer = tokenizer
        self.vectors = vectors
        self.rows = rows

    @property
    def dimension(self) -> int:
        return int(self.vectors.shape[1])

    @classmethod
    def open(cls, folder: Path) -> "StaticTable | None":
        """Return the table of a model folder, or None if the model is more than a table.

        Besides the plain form (`embedding.weight`) the form of model2vec is read, which sentence-transformers
        reads too: `embeddings`, with an optional `mapping` of tokens to rows and optional `weights` per token.
        """
        module = _static_module(folder)
        if module is None or not (module / WEIGHTS).is_file():
            return None
        tensors = load_file(module / WEIGHTS)
        tokenizer = Tokenizer.from_file(str(module / TOKENIZER))
        tokenizer.no_padding()
        if "embedding.weight" in tensors:
            vectors = tensors["embedding.weight"].astype(np.float32)
            return cls(tokenizer, vectors, np.arange(len(vectors), dtype=np.int64))
        vectors = tensors["embeddings"].astype(np.float32)
        rows = tensors.get("mapping", np.arange(len(vectors))).astype(np.int64)
        if "weights" in tensors:
            weights = tensors["weights"].astype(np.float32)[:, None]
            if len(rows) == len(vectors) and np.array_equal(rows, np.arange(len(rows))):
                vectors = vectors * weights
            else:
                vectors, rows = vectors[rows] * weights, np.arange(len(rows), dtype=np.int64)
        return cls(tokenizer, vectors, rows)

    def encode(self, texts: Sequence[str], prefix: str = "") -> NDArray[np.float32]:
        """Return one L2-normalised vector per text, shape (len(texts), dimension), in the given order.

        A text without a known token gets the zero vector, which is similar to nothing.
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        inputs = [prefix + text for text in texts]
        for i, tokens in enumerate(self._tokenizer.encode_batch_fast(inputs, add_special_tokens=False)):
            if tokens.ids:
                vectors[i] = self.vectors[self.rows[tokens.ids]].mean(axis=0)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(norms, 1e-12)
        return vectors


def _static_module(folder: Path) -> Path | None:
    """Return the folder of the only `StaticEmbedding` module, or None for any other chain of modules."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        names = [module["type"].rsplit(".", 1)[-1] for module in modules]
        path = folder / modules[0]["path"] if modules else folder
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # Vectors are normalised here in any case, so a closing Normalize changes nothing.
    return path if names in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]) else None
