"""Commands of `python -m eval`, one module each: `add` names the options, `run` runs it."""
