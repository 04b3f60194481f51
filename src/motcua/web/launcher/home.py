"""The data folder: secret key, place of the cluster, uploads, logs. `MOTCUA_HOME` *is* this folder."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from motcua.web.launcher.errors import CannotStart


@dataclass(frozen=True)
class Home:
    """A data folder."""

    path: Path

    @classmethod
    def of_environment(cls) -> "Home":
        """Return the folder that MOTCUA_HOME names, ./var if none, made where it is new."""
        home = cls(Path(os.environ.get("MOTCUA_HOME") or "var").resolve())
        try:
            home.path.mkdir(parents=True, exist_ok=True)
            home.uploads.mkdir(exist_ok=True)
            home.logs.mkdir(exist_ok=True)
            (home.path / "static").mkdir(exist_ok=True)
            home._make_key()
            home.key.read_text()
        except OSError as error:
            raise CannotStart(f"The data folder {home.path} cannot be used: {error.strerror}.") from error
        os.environ["MOTCUA_HOME"] = str(home.path)
        return home

    @property
    def uploads(self) -> Path:
        """Return the folder of uploaded files."""
        return self.path / "uploads"

    @property
    def logs(self) -> Path:
        """Return the folder of logs."""
        return self.path / "logs"

    @property
    def key(self) -> Path:
        """Return the file of the installation's secret key."""
        return self.path / "secret_key"

    def _make_key(self) -> None:
        try:
            descriptor = os.open(self.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))

    def give_to(self, uid: int, gid: int) -> None:
        """Let the user of web and worker read the key, and read and write uploads and logs."""
        for path in (self.key, self.uploads, *self.uploads.rglob("*"), self.logs):
            if path.stat().st_uid != uid:
                os.chown(path, uid, gid)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold a lock file of this folder alone; waits for others."""
        with self._opened(name) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def hold_shared(self, name: str) -> IO[str]:
        """Return a lock file, held beside others until it is closed; waits for one who holds it alone."""
        file = self._opened(name)
        fcntl.flock(file, fcntl.LOCK_SH)
        return file

    def hold_alone(self, name: str) -> IO[str] | None:
        """Return a lock file, held alone until it is closed; None where others hold it."""
        file = self._opened(name)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return file

    def _opened(self, name: str) -> IO[str]:
        return (self.path / f".{name}.lock").open("a")
