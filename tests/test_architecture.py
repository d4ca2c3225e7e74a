"""Imports point one way, each outside library has one home, and modules stay small.

The layers are `ingest ← retrieval ← prompts ← {eval, app + views}`. The `__main__` modules and `app.py` are
composition roots: they may wire layers together that otherwise do not know each other (the build needs the
encoder and the vector store, which live above `ingest`). Even there, `eval` and the app stay apart.
"""

import ast
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.imports import BELOW, Import, all_imports, imports_of, sources

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 300

NEVER_TOGETHER = {("eval", "views"), ("eval", "app"), ("views", "eval"), ("app", "eval"), ("views", "app")}

TRAINING = {"retrieval/train.py", "retrieval/training/"}
BENCH = {"eval/bench/"}
WORD = {"prompts/export/docx.py", "prompts/export/docx_frame.py", "prompts/export/docx_parts.py"}

# An outside library, the modules that must use it, and those that may use it beside them.
HOMES: dict[str, tuple[set[str], set[str]]] = {
    "chromadb": ({"retrieval/vectors.py"}, {"retrieval/server.py", *BENCH}),
    "docx": ({"ingest/readers/docx.py"}, {"ingest/readers/numbering.py", *WORD}),
    "haystack": ({"eval/bench/peer_haystack.py"}, set()),
    "httpx": ({"ingest/readers/web.py"}, {"prompts/provider.py", "retrieval/server.py"}),
    "huggingface_hub": (set(), {"retrieval/encoder.py"}),
    "ir_measures": ({"eval/ranking.py"}, set()),
    "langchain_chroma": ({"eval/baselines.py"}, BENCH),
    "langchain_classic": (set(), {"eval/baselines.py", *BENCH}),
    "langchain_community": ({"eval/baselines.py"}, BENCH),
    "langchain": ({"prompts/model.py"}, set()),
    "langchain_core": ({"retrieval/langchain.py"}, {"eval/baselines.py", "prompts/model.py", *BENCH}),
    "langchain_text_splitters": ({"ingest/splitter.py"}, {"eval/baselines.py", *BENCH}),
    "lmm": (set(), TRAINING),
    "lxml": ({"ingest/readers/html.py"}, {"ingest/readers/docx.py"}),
    "openpyxl": ({"ingest/localities.py"}, {"prompts/export/sheets.py"}),
    "prometheus_client": ({"views/api/metrics.py"}, set()),
    "pydantic": (set(), {"retrieval/langchain.py", "views/api/"}),
    "pypdf": ({"ingest/readers/pdf.py"}, set()),
    "pypdfium2": ({"views/page_images.py"}, set()),
    "rapidfuzz": ({"retrieval/spelling.py"}, set()),
    "ray": ({"retrieval/cluster.py"}, set()),
    "rdflib": ({"retrieval/skos.py"}, set()),
    "scipy": ({"eval/calibration.py"}, set()),
    "sklearn": ({"eval/calibration.py"}, set()),
    "safetensors": ({"retrieval/static.py"}, TRAINING),
    "selenium": ({"eval/bench/page.py"}, set()),
    "sentence_transformers": ({"retrieval/encoder.py"}, {"eval/reranking.py", *TRAINING}),
    "simplemma": ({"retrieval/spelling.py"}, set()),
    "starlette": (
        set(),
        {
            "views/access_guard.py",
            "views/api/",
            "views/guards.py",
            "views/headers.py",
            "views/origins.py",
            "views/shell.py",
            "views/upload_limits.py",
        },
    ),
    "streamlit": ({"app.py"}, {"views/"}),
    "tantivy": ({"retrieval/lexical.py"}, BENCH),
    "tokenizers": ({"retrieval/static.py"}, TRAINING),
    "torch": (set(), {"retrieval/encoder.py", *TRAINING}),
    "transformers": (set(), {"retrieval/encoder.py", *TRAINING}),
}
# Plain tools that any module may use: arrays and what the terminal shows.
EVERYWHERE = {"numpy", "rich"}

# What serves a question must not need what builds an index.
QUERY_PATH = "retrieval/search.py"
BUILD_ONLY = ("ingest.build", "ingest.readers", "ingest.structure")


def layer_of(file: str) -> str:
    return file.split("/")[0].removesuffix(".py")


def is_composition_root(file: str) -> bool:
    return file == "app.py" or file.endswith("/__main__.py")


def against_the_direction(root: Path) -> list[str]:
    """Imports that point up, or sideways between evaluation and app, each with its file and line."""
    wrong = []
    for found in all_imports(root):
        layer, target = layer_of(found.file), found.top
        if target not in BELOW or target == layer:
            continue
        apart = (layer, target) in NEVER_TOGETHER
        if apart or (target not in BELOW[layer] and not is_composition_root(found.file)):
            wrong.append(f"{found.place} {layer} must not import {found.module}")
    return wrong


def outside_its_home(root: Path) -> list[str]:
    """Imports of outside libraries from modules that are not their home, each with its file and line."""
    wrong = []
    for found in all_imports(root):
        library = found.top
        if library in BELOW or library in EVERYWHERE or library in sys.stdlib_module_names:
            continue
        if library not in HOMES:
            wrong.append(f"{found.place} {library} has no home yet: name one in HOMES of this test")
            continue
        allowed = HOMES[library][0] | HOMES[library][1]
        if not any(found.file == home or found.file.startswith(home.rstrip("/") + "/") for home in allowed):
            wrong.append(f"{found.place} {library} belongs to {', '.join(sorted(allowed))}")
    return wrong


def project_files(root: Path, found: Import) -> Iterator[str]:
    """Files of the project that an import loads: packages on the way, the module, submodules."""
    parts = found.module.split(".")
    prefixes = [parts[:n] for n in range(1, len(parts) + 1)] + [[*parts, name] for name in found.names]
    for prefix in prefixes:
        stem = "/".join(prefix)
        yield from (f for f in (f"{stem}/__init__.py", f"{stem}.py") if (root / f).is_file())


def reached_from(root: Path, start: str) -> dict[str, str]:
    """Files that the start loads directly or through others, each with the chain that leads there."""
    chains = {start: start}
    queue = deque([start])
    while queue:
        file = queue.popleft()
        for found in imports_of(root, file):
            for target in project_files(root, found):
                if target not in chains:
                    chains[target] = f"{chains[file]}:{found.line} → {target}"
                    queue.append(target)
    return chains


def build_code_reached(root: Path, start: str) -> list[str]:
    """Chains of imports from the start to modules that only a build needs."""
    return [
        chain
        for file, chain in reached_from(root, start).items()
        if any(f"{file.removesuffix('.py').replace('/', '.')}.".startswith(f"{m}.") for m in BUILD_ONLY)
    ]


def prints_of(root: Path, file: str) -> list[str]:
    tree = ast.parse((root / file).read_text(encoding="utf-8"), filename=file)
    return [
        f"{file}:{node.lineno} print"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_imports_point_from_the_app_and_the_evaluation_down_to_ingest() -> None:
    assert against_the_direction(ROOT) == []


def test_every_layer_is_there_and_is_looked_at() -> None:
    assert {layer_of(file) for file in sources(ROOT)} == set(BELOW)


def test_outside_libraries_are_imported_only_where_they_are_at_home() -> None:
    assert outside_its_home(ROOT) == []


@pytest.mark.parametrize("library", [name for name, (required, _) in HOMES.items() if required])
def test_a_library_is_used_where_its_home_is(library: str) -> None:
    users = {found.file for found in all_imports(ROOT) if found.top == library}
    assert HOMES[library][0] <= users, f"{library} is not imported by {HOMES[library][0] - users}"


def test_answering_a_question_needs_nothing_of_the_build() -> None:
    assert "ingest/document.py" in reached_from(ROOT, QUERY_PATH), "the query path was not followed"
    assert build_code_reached(ROOT, QUERY_PATH) == []


@pytest.mark.parametrize("module", BUILD_ONLY)
def test_what_the_query_path_must_avoid_exists(module: str) -> None:
    path = ROOT / module.replace(".", "/")
    assert path.is_dir() or path.with_suffix(".py").is_file(), f"{module} has moved: name it anew in BUILD_ONLY"


def test_modules_fit_on_a_few_screens() -> None:
    lengths = {f: len((ROOT / f).read_text(encoding="utf-8").splitlines()) for f in sources(ROOT)}
    too_long = {f: n for f, n in lengths.items() if n > MAX_LINES}
    assert too_long == {}, f"more than {MAX_LINES} lines: split along the flow"


def test_no_import_hides_the_builtin_eval() -> None:
    files = [*sources(ROOT), *(p.relative_to(ROOT).as_posix() for p in (ROOT / "tests").rglob("*.py"))]
    hiding = [found.place for file in files for found in imports_of(ROOT, file) if found.binds_eval]
    assert hiding == [], "write `from eval.… import …`"


def test_only_commands_print() -> None:
    printing = [p for f in sources(ROOT) if not f.endswith("/__main__.py") for p in prints_of(ROOT, f)]
    assert printing == []


def test_an_import_that_points_up_is_named_with_its_line(tmp_path: Path) -> None:
    root = write(tmp_path, {"ingest/a.py": '"""A."""\n\nfrom retrieval.search import find\n'})
    assert against_the_direction(root) == ["ingest/a.py:3 ingest must not import retrieval.search"]


def test_a_command_may_wire_layers_but_never_evaluation_and_app(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "ingest/__main__.py": "from retrieval.vectors import Vectors\n",
            "eval/__main__.py": "import views.chat\n",
            "app.py": "def page():\n    from eval.records import load\n",
            "views/chat.py": "from importlib import import_module\nimport_module('eval.records')\n",
        },
    )
    assert against_the_direction(root) == [
        "app.py:2 app must not import eval.records",
        "eval/__main__.py:1 eval must not import views.chat",
        "views/chat.py:2 views must not import eval.records",
    ]


def test_a_relative_import_counts_as_what_it_means(tmp_path: Path) -> None:
    root = write(tmp_path, {"ingest/readers/a.py": "from ...retrieval import search\nfrom . import b\n"})
    assert [i.module for i in imports_of(root, "ingest/readers/a.py")] == ["retrieval", "ingest.readers"]


def test_a_library_away_from_home_or_without_one_is_named(tmp_path: Path) -> None:
    root = write(tmp_path, {"views/chat.py": "import streamlit\nimport chromadb.api\nimport pandas\nimport os\n"})
    homes = ", ".join(sorted(HOMES["chromadb"][0] | HOMES["chromadb"][1]))
    assert outside_its_home(root) == [
        f"views/chat.py:2 chromadb belongs to {homes}",
        "views/chat.py:3 pandas has no home yet: name one in HOMES of this test",
    ]


def test_build_code_behind_two_imports_is_found_with_the_way_to_it(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "retrieval/search.py": "from retrieval import fusion\n",
            "retrieval/__init__.py": "",
            "retrieval/fusion.py": "import ingest.readers.pdf\n",
            "ingest/readers/pdf.py": "",
            "ingest/readers_of_novels.py": "",
        },
    )
    assert build_code_reached(root, "retrieval/search.py") == [
        "retrieval/search.py:1 → retrieval/fusion.py:1 → ingest/readers/pdf.py"
    ]


def test_a_plain_import_of_eval_is_seen(tmp_path: Path) -> None:
    root = write(tmp_path, {"eval/a.py": "import eval.metrics\nimport eval.runs as runs\nfrom eval import b\n"})
    assert [i.line for i in imports_of(root, "eval/a.py") if i.binds_eval] == [1]


def test_a_print_is_seen_and_a_method_of_that_name_is_not_one(tmp_path: Path) -> None:
    root = write(tmp_path, {"eval/a.py": "console.print('a')\nprint('b')\n"})
    assert prints_of(root, "eval/a.py") == ["eval/a.py:2 print"]
