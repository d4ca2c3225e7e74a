"""Judges of answers: a chat model with its prompt files, and the project's own check of sentences."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from eval.judgements import Item, Judgement, Label, Support, load_judgements
from ingest.disk import unwritable
from ingest.errors import ModelError, SettingsError
from prompts.answer import Spent
from prompts.generate import Streams
from prompts.templates import SUFFIX, Fence, Template
from prompts.verify import Verifier

FOLDER = Path(__file__).parent

VARIABLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "judge_system": frozenset(),
        "judge_support": frozenset(("passages", "sentence")),
        "judge_nugget": frozenset(("question", "answer", "nugget")),
        "judge_again": frozenset(("task",)),
    }
)
"""The prompt files of a judge and the variables that each must hold, written as {{name}}."""

WORDS: Mapping[str, Label] = MappingProxyType({"plně": "full", "zčásti": "partial", "ne": "none"})

FAILURES = 3
"""Requests that fail one after another before the server counts as down."""

_SHOWN = 300
_VARIABLE = re.compile(r"\{\{\s*(\w*)\s*\}\}")
_THOUGHTS = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_CODE = re.compile(r"\A```(?:json)?\s*\n(.*)\n```\Z", re.DOTALL)


def load_prompts(folder: Path = FOLDER) -> dict[str, Template]:
    """Read and check the prompt files of the judge, by name.

    Raises
    ------
    SettingsError
        If a file is missing or empty, or its variables are not those it must hold.
    """
    return {name: _load(folder / f"{name}{SUFFIX}", wanted) for name, wanted in VARIABLES.items()}


def _load(file: Path, wanted: frozenset[str]) -> Template:
    restore = "Obnovte ji ze zdrojových souborů projektu."
    try:
        content = file.read_bytes()
        text = content.decode("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"Šablonu „{file.name}“ nelze přečíst. {restore}") from error
    if not text or set(_VARIABLE.findall(text)) != wanted:
        named = ", ".join(sorted(wanted)) or "žádné"
        raise SettingsError(f"Šablona „{file.name}“ má obsahovat text a právě tyto proměnné: {named}. {restore}")
    return Template(file.name.removesuffix(SUFFIX), text, hashlib.sha256(content).hexdigest())


def parse(reply: str) -> tuple[Label, str] | None:
    """Return the label and the reason of a reply, or None when it is anything but one judgement.

    A judgement is one JSON object with the keys "duvod" and "soud", each once; thoughts before it and the marks of a
    code block around it are let pass, as they cannot change what it says.
    """
    plain = _THOUGHTS.sub("", reply).strip()
    block = _CODE.match(plain)
    try:
        pairs = json.loads(block[1] if block else plain, object_pairs_hook=list)
    except (ValueError, RecursionError):
        return None
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        return None
    fields = dict(pairs)
    label, reason = fields.get("soud"), fields.get("duvod")
    if len(pairs) != 2 or not isinstance(reason, str) or not isinstance(label, str) or label not in WORDS:
        return None
    return WORDS[label], reason.strip()


@dataclass(frozen=True, slots=True)
class ChatJudge:
    """A chat model that judges one item at a time."""

    model: Streams
    prompts: Mapping[str, Template]

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def fingerprint(self) -> str:
        """Of the model and its prompt files: 12 hexadecimal digits."""
        parts = (self.model.name, *(self.prompts[name].sha256 for name in sorted(VARIABLES)))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]

    def key(self, item: Item) -> str:
        """Return what names the judgement of this item by this judge."""
        told = "\0".join((self.fingerprint, item.id, self.prompt(item)))
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:24]

    def prompt(self, item: Item) -> str:
        """Return what the model is asked; all that others wrote stands inside a fence."""
        if isinstance(item, Support):
            texts = [f"Odkud: {' – '.join(q.context.splitlines())}\nZnění: {q.text}" for q in item.cited]
            fence = Fence.around([item.sentence, *texts])
            quotes = [fence.wrap(f"úryvek {n}", text) for n, text in enumerate(texts, 1)]
            return self.prompts["judge_support"].fill(
                passages="\n\n".join(quotes), sentence=fence.wrap("věta", item.sentence)
            )
        fence = Fence.around([item.asked, item.answer, item.text])
        return self.prompts["judge_nugget"].fill(
            question=fence.wrap("otázka", item.asked),
            answer=fence.wrap("odpověď", item.answer),
            nugget=fence.wrap("údaj", item.text),
        )

    def judge(self, item: Item) -> Judgement:
        """Ask the model, and once more when its reply is no judgement.

        Raises
        ------
        ModelError
            If the server fails.
        """
        prompt, spent, reply = self.prompt(item), list[Spent](), ""
        found = None
        for text in (prompt, self.prompts["judge_again"].fill(task=prompt)):
            pieces = list(self.model.stream(self.prompts["judge_system"].text, text))
            spent += [piece for piece in pieces if isinstance(piece, Spent)]
            reply = "".join(piece for piece in pieces if isinstance(piece, str))
            if found := parse(reply):
                break
        nugget = None if isinstance(item, Support) else item
        read = [s.input_tokens for s in spent if s.input_tokens is not None]
        written = [s.output_tokens for s in spent if s.output_tokens is not None]
        costs = [s.cost for s in spent if s.cost is not None]
        known = bool(spent) and len(read) == len(written) == len(spent)
        return Judgement(
            key=self.key(item),
            id=item.id,
            task="nugget" if nugget else "support",
            question=item.question,
            grade=nugget.grade if nugget else None,
            judge=self.name,
            label=found[0] if found else None,
            reason=found[1] if found else "",
            reply="" if found else reply[:_SHOWN],
            calls=sum(s.calls for s in spent),
            tokens=(sum(read), sum(written)) if known else None,
            cost=sum(costs) if spent and len(costs) == len(spent) else None,
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgements of some items by item id, and how many of these items the server failed at."""

    by_id: Mapping[str, Judgement]
    failed: int = 0


def judge_all(judge: ChatJudge, items: Iterable[Item], path: Path, step: Callable[[], None]) -> Judged:
    """Judge what the file does not hold yet and append it one by one; call `step` after each item.

    Raises
    ------
    ModelError
        If the server fails at three items one after another; what is judged stays in the file.
    QuestionSetError
        If the file is damaged.
    SettingsError
        If it cannot be written.
    """
    known = {judgement.key: judgement for judgement in load_judgements(path)}
    by_id: dict[str, Judgement] = {}
    failed, row = 0, 0
    with ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(path.open("a", encoding="utf-8", newline="\n"))
            for item in items:
                judgement = known.get(judge.key(item))
                if judgement is None:
                    try:
                        judgement, row = judge.judge(item), 0
                        file.write(judgement.to_json() + "\n")
                        file.flush()
                    except ModelError as error:
                        # Not kept: a failure of the server says nothing about the item, so the next run asks again.
                        failed, row = failed + 1, row + 1
                        if row == FAILURES:
                            raise ModelError(f"{error} Hotové soudy zůstávají, týž příkaz naváže.") from error
                if judgement is not None:
                    by_id[item.id] = judgement
                step()
        except OSError as error:
            raise SettingsError(unwritable(path.parent, error)) from error
    return Judged(by_id, failed)


def checked(verifier: Verifier, item: Support) -> tuple[Label, bool]:
    """Return what the project's own check says of a sentence, and whether it stands word for word in its quotes.

    The check knows two answers only: what it does not find supported is "none", also where a person sees a part.
    """
    verdict = verifier.verify(item.sentence, item.cited).verdict
    return ("none" if verdict == "unsupported" else "full"), verdict == "verbatim"
