"""What the user reads when the folder of the installation cannot be written."""

import errno
import re
import shutil
from pathlib import Path

_LEAST_FREE = 2**20
"""With less free space in bytes than this, whatever fails is put down to the disk."""

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


def disk_fault(error: Exception, folder: Path) -> OSError | None:
    """Return the system's error that is behind an error of writing to a folder, or None when there is none.

    Copying, Chroma and Tantivy tell of a full disk in words of their own, with the system's number at best.
    """
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, OSError) and behind.errno:
            return behind
        if found := re.search(r"(?:os error |Errno |Os { code: )(\d+)", str(behind)):
            return OSError(int(found[1]), "")
        for words, number in (("disk is full", errno.ENOSPC), ("readonly database", errno.EROFS)):
            if words in str(behind):
                return OSError(number, "")
        behind = behind.__cause__ or behind.__context__
    if shutil.disk_usage(folder).free < _LEAST_FREE:
        return OSError(errno.ENOSPC, "")
    return error if isinstance(error, OSError) else None
