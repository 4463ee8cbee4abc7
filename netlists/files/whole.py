"""Files are written whole or not at all: whoever finds the name finds the old content or the new one."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from ...circuits.arguments import want
from ...circuits.errors import LapicqueError


def write_file(path: str | Path, content: str | bytes, what: str = "the result") -> Path:
    """Write a file; one that was there before stays as it is when this fails.

    Args:
        path: of the file.
        content: all of it; text becomes UTF-8.
        what: what it is called in an error.

    Raises:
        LapicqueError: it cannot be written; says why.
    """
    target = Path(want(path, (str, Path), "path", "give the name of a file"))
    try:
        replace_file(target, content.encode() if isinstance(content, str) else content)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        remedy = "make room, or name another disk" if full else "name a file in a folder that can be written"
        raise LapicqueError(f"cannot write {what} {str(target)!r}: {why}; {remedy}.") from error
    return target


def replace_file(target: Path, data: bytes) -> None:
    """Put data in the place of a file at once; a link keeps its place, a device or pipe is written as it is.

    Raises:
        OSError: the folder, the disk or the file does not allow it; nothing has changed then.
    """
    target = Path(os.path.realpath(target))
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    waiting = target.with_name(f".{target.name[:200]}.{secrets.token_hex(4)}.part")
    try:
        _write_aside(waiting, data, target.stat().st_mode & 0o777 if target.exists() else None)
        os.replace(waiting, target)
    except BaseException:
        with contextlib.suppress(OSError):
            waiting.unlink()
        raise


def _write_aside(waiting: Path, data: bytes, mode: int | None) -> None:
    """Write and name a file; where the system can, it has no name before it is whole, so that a kill leaves nothing."""
    try:
        handle, named = os.open(waiting.parent, os.O_TMPFILE | os.O_WRONLY, 0o666), False
    except (AttributeError, OSError):
        handle, named = os.open(waiting, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), True
    with os.fdopen(handle, "wb") as file:
        if mode is not None:
            os.fchmod(handle, mode)
        file.write(data)
        file.flush()
        os.fsync(handle)  # some disks say only now that they are full
        if not named:
            # Only with a folder's handle does Python let the kernel follow the link in /proc to the file itself.
            os.link(f"/proc/self/fd/{handle}", waiting, src_dir_fd=handle, follow_symlinks=True)
