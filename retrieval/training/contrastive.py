"""Training of the table with in-batch negatives, in plain torch.

The trainer of sentence-transformers draws pairs at random, so one batch would hold several questions of the same unit
and push them apart as false negatives. Here each step takes exactly one pair per unit, all units at once.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy, normalize

from retrieval.training.material import Material

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CONCEPTS = 128
_WARM_UP = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard to train; the values were chosen on held-out questions.

    `scale` multiplies cosines before the softmax; `typos` is the share of words misspelt and `dropout` the share
    of tokens left out, anew in each epoch; `concepts` weighs the thesaurus against the questions.
    """

    epochs: int = 15
    rate: float = 0.05
    scale: float = 8.0
    typos: float = 0.1
    dropout: float = 0.1
    concepts: float = 0.3


def train(
    tokenizer: Tokenizer, table: NDArray[np.float32], material: Material, seed: int, plan: Plan | None = None
) -> NDArray[np.float32]:
    """Return the trained table, float32 of the same shape; the same seed gives the same table.

    A question is drawn towards another question of its unit and towards a passage of its unit, and away from
    those of all other units; a concept's label towards one of its terms.
    """
    plan = plan or Plan()
    torch.manual_seed(seed)
    draw = random.Random(seed)
    bag = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(table.copy()), freeze=False, sparse=True)
    optimizer = torch.optim.SparseAdam(list(bag.parameters()), lr=plan.rate)

    def tokens(texts: Sequence[str]) -> list[list[int]]:
        return [e.ids or [0] for e in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def embed(texts: Sequence[list[int]]) -> torch.Tensor:
        kept = [[t for t in text if draw.random() >= plan.dropout] or text for text in texts]
        offsets = np.cumsum([0] + [len(text) for text in kept[:-1]])
        flat = torch.tensor([t for text in kept for t in text])
        return normalize(bag(flat, torch.from_numpy(offsets)), dim=1)

    def towards(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return cross_entropy(plan.scale * one @ other.T, torch.arange(len(one)))

    passages = tokens(material.texts)
    labels = tokens([concept.label for concept in material.concepts])
    terms = [tokens(concept.terms) for concept in material.concepts]
    steps = max(1, round(float(np.mean([len(unit.questions) for unit in material.units]))))
    for epoch in range(plan.epochs):
        asked = [tokens([misspelt(q, draw, plan.typos) for q in unit.questions]) for unit in material.units]
        for questions in asked:
            draw.shuffle(questions)
        for step in range(steps):
            done = epoch * steps + step
            decay = 1 - done / (steps * plan.epochs)
            for group in optimizer.param_groups:
                group["lr"] = plan.rate * decay * min(1.0, (done + 1) / _WARM_UP)
            question = embed([q[step % len(q)] for q in asked])
            sibling = embed([q[(step + draw.randrange(1, len(q))) % len(q)] for q in asked])
            passage = embed([passages[draw.choice(unit.passages)] for unit in material.units])
            loss = towards(question, sibling) / 2
            loss = loss + (towards(question, passage) + towards(passage, question)) / 4
            if labels and plan.concepts:
                chosen = draw.sample(range(len(labels)), min(_CONCEPTS, len(labels)))
                label, term = embed([labels[c] for c in chosen]), embed([draw.choice(terms[c]) for c in chosen])
                loss = loss + plan.concepts * (towards(label, term) + towards(term, label)) / 2
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()  # type: ignore[no-untyped-call]
    trained: NDArray[np.float32] = bag.weight.detach().numpy()
    return trained


def misspelt(text: str, draw: random.Random, share: float) -> str:
    """Return the text with about that share of its words misspelt: a letter lost, doubled, swapped or replaced."""
    return " ".join(_slip(word, draw) if draw.random() < share else word for word in text.split())


def _slip(word: str, draw: random.Random) -> str:
    if len(word) < 4:
        return word
    i = draw.randrange(1, len(word) - 2)
    before, here, there, after = word[:i], word[i], word[i + 1], word[i + 2 :]
    lost, swapped, doubled = there, there + here, here + here + there
    replaced = draw.choice(_LETTERS) + there
    return before + draw.choices((lost, swapped, doubled, replaced), weights=(35, 35, 15, 15))[0] + after
