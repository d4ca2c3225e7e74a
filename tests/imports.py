"""Reads the imports of the project's own modules without running them."""

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# Which layers a layer may import from, besides itself.
BELOW: dict[str, set[str]] = {
    "ingest": set(),
    "retrieval": {"ingest"},
    "prompts": {"ingest", "retrieval"},
    "eval": {"ingest", "retrieval", "prompts"},
    "views": {"ingest", "retrieval", "prompts"},
    "app": {"ingest", "retrieval", "prompts", "views"},
}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module as the file names it: `names` are what `from … import` takes from it."""

    file: str
    line: int
    module: str
    names: tuple[str, ...]
    binds_eval: bool = False

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def sources(root: Path) -> list[str]:
    """Paths of the project's own modules, relative to the root and sorted; tests are not among them."""
    found = [p for layer in BELOW for p in (root / layer).rglob("*.py")]
    found += [p for p in [root / "app.py"] if p.exists()]
    return sorted(p.relative_to(root).as_posix() for p in found)


def imports_of(root: Path, file: str) -> list[Import]:
    """All imports of a file in the order of their lines, those inside functions included."""
    return _imports(file, (root / file).read_text(encoding="utf-8"))


@lru_cache(maxsize=2048)
def _imports(file: str, text: str) -> list[Import]:
    package = file.split("/")[:-1]
    found = []
    for node in ast.walk(ast.parse(text, filename=file)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                binds_eval = (alias.asname or alias.name.partition(".")[0]) == "eval"
                found.append(Import(file, node.lineno, alias.name, (), binds_eval))
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found.append(Import(file, node.lineno, module, tuple(a.name for a in node.names)))
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                found.append(Import(file, node.lineno, node.args[0].value, ()))
    return sorted(found, key=lambda i: i.line)


def all_imports(root: Path) -> list[Import]:
    return [i for file in sources(root) for i in imports_of(root, file)]
