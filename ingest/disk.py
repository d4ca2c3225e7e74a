"""What the user reads when the folder of the installation cannot be written."""

import errno
from pathlib import Path

_REASONS = {
    errno.ENOSPC: "disk je plný",
    errno.EDQUOT: "vyčerpala se kvóta místa na disku",
    errno.EROFS: "disk je připojený jen pro čtení",
    errno.EACCES: "chybí oprávnění",
    errno.EPERM: "chybí oprávnění",
    errno.ENOTDIR: "na jejím místě je soubor",
    errno.EEXIST: "na jejím místě je soubor",
    errno.EFBIG: "soubor je na tento disk příliš velký",
}


def unwritable(folder: Path, error: OSError) -> str:
    """Return the message about a folder that could not be written, with the reason in Czech where it is known."""
    reason = _REASONS.get(error.errno or 0, f"chyba systému {error.errno}" if error.errno else "neznámá chyba")
    return (
        f"Do složky „{folder}“ nelze zapisovat ({reason}). Uvolněte místo na disku, upravte oprávnění, "
        "nebo nastavte v OPORA_DATA jinou složku."
    )
