"""How runs were made, as HTML: what was asked of what, when, on which machine and under which versions."""

from collections.abc import Sequence

from prompts.czech import counted
from prompts.export.run_words import decimal
from views.evaluation_data import Run
from views.evaluation_html import moment
from views.markup import escaped


def made_html(runs: Sequence[Run]) -> str:
    """Return a column per run."""
    described = [dict(_made(run)) for run in runs]
    heads = "".join(f'<th scope="col">{escaped(run.name)}</th>' for run in runs)
    rows = "".join(
        f'<tr><th scope="row">{name}</th>'
        + "".join(
            f'<td data-label="{escaped(run.name)}">{escaped(values[name])}</td>'
            for run, values in zip(runs, described, strict=True)
        )
        + "</tr>"
        for name in described[0]
    )
    return (
        '<table class="opora-ev-table opora-ev-made"><caption class="opora-sr">Jak běhy vznikly</caption>'
        f'<thead><tr><th scope="col">Údaj</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _made(run: Run) -> Sequence[tuple[str, str]]:
    made = run.run
    settings, machine = made["settings"], made.get("machine", {})
    versions = dict(made.get("versions", {}))
    changes = ", ".join(f"{name} = {decimal(float(value), 2)}" for name, value in settings["set"].items())
    cores = counted(int(machine.get("cpus") or 0), "jádro", "jádra", "jader")
    return (
        ("Systém", run.system),
        ("Model vyhledávání", str(settings.get("encoder") or "neuveden")),
        ("Jazykový model", settings.get("model") or "žádný, odpovědi jsou z citátů"),
        ("Změněná nastavení", changes or "žádná"),
        ("Sady otázek", ", ".join(f"{one['file']} ({one['questions']})" for one in made["sets"])),
        ("Začátek", moment(made["started"])),
        ("Celková doba", f"{decimal(float(made.get('seconds') or 0), 1)} s"),
        ("Počítač", f"{cores}, {decimal(float(machine.get('memory_gib') or 0), 1)} GiB, {machine.get('system', '')}"),
        ("Rejstřík a kód", f"{made.get('index', 'neuveden')}, {made.get('code', 'neuveden')}"),
        ("Verze", ", ".join(f"{name} {version}" for name, version in versions.items()) or "neuvedeny"),
        (
            "Šablony pokynů",
            ", ".join(f"{name} {digest}" for name, digest in made.get("templates", {}).items()) or "neuvedeny",
        ),
    )
