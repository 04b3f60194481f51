"""The embedded PostgreSQL: one cluster in the data folder, or where the user that runs it can reach it."""

import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from motcua.web.launcher.binaries import Installation, choose
from motcua.web.launcher.errors import CannotStart
from motcua.web.launcher.home import Home
from motcua.web.launcher.processes import start_child, stop
from motcua.web.launcher.users import User, as_user, can_enter, plain_user

OWNER, APP, DATABASE = "motcua_owner", "motcua_app", "motcua"
BUILTIN_LOCALE_SINCE = 17
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "wal_compression": "on",
    "max_wal_size": "2GB",
}


def free_port(preferred: int = 0) -> int:
    """Return a loopback port that is free now: the preferred one if it is."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
            except OSError:
                continue
    raise CannotStart("No port of 127.0.0.1 is free for PostgreSQL.")


@dataclass
class Cluster:
    """One cluster: where it lies, as whom it runs, how to reach it."""

    place: Path
    user: User | None
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def of_home(cls, home: Home) -> "Cluster":
        """Return the cluster of a data folder. A place outside it is chosen once and written down in it."""
        inside, pointer = home.path / "postgres", home.path / "cluster"
        if not inside.exists() and pointer.is_file():
            return cls(place := Path(pointer.read_text().strip()), _user_of(place))
        user = _user_of(inside)
        if inside.exists() or can_enter(user, home.path):
            return cls(inside, user)
        place = _other_place(home, user)
        pointer.write_text(str(place))
        name = user.pw_name if user else ""
        sys.stderr.write(f"PostgreSQL's files are in {place}: the user {name} cannot reach {home.path}.\n")
        return cls(place, user)

    @property
    def data(self) -> Path:
        """Return the data directory."""
        return self.place / "data"

    @property
    def access(self) -> Path:
        """Return the file with passwords and port; readable by the one who starts the cluster."""
        return self.place / "access.json"

    @property
    def version(self) -> int | None:
        """Return the major version that made the data, None before."""
        file = self.data / "PG_VERSION"
        return int(file.read_text()) if file.exists() else None

    @property
    def installation(self) -> Installation:
        """Return the PostgreSQL that runs it: a copy beside the data where its user cannot reach the original."""
        source = choose(self.version)
        if self.user is None or can_enter(self.user, source.folder / "bin"):
            return source
        return source.copied_to(self.place)

    def url(self, role: str = OWNER, database: str = DATABASE) -> str:
        """Return the URL of a role."""
        access = self._read_access()
        return f"postgresql://{role}:{quote(access['passwords'][role])}@127.0.0.1:{access['port']}/{database}"

    def make(self) -> None:
        """Create the cluster with its roles and its empty database; nothing where it exists."""
        if self.is_made():
            return
        self.place.mkdir(parents=True, exist_ok=True)
        self._give(self.place)
        shutil.rmtree(self.data, ignore_errors=True)
        passwords = {OWNER: secrets.token_urlsafe(24), APP: secrets.token_urlsafe(24)}
        self.access.unlink(missing_ok=True)
        self._initdb(passwords[OWNER])
        self._write_access({"passwords": passwords, "port": 0, "unfinished": True})
        self.start()
        with psycopg.connect(self.url(database="postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {APP} LOGIN PASSWORD '{passwords[APP]}'")
            connection.execute(f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' TEMPLATE template0")
        self._write_access({key: value for key, value in self._read_access().items() if key != "unfinished"})

    def is_made(self) -> bool:
        """Tell whether the cluster was made to its end: a start that was cut short leaves one that was not."""
        return (self.data / "PG_VERSION").exists() and self.access.exists() and "unfinished" not in self._read_access()

    def _give(self, path: Path) -> None:
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def _initdb(self, password: str) -> None:
        self.data.mkdir(mode=0o700)
        secret = self.place / "first_password"
        secret.unlink(missing_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(password)
        self._give(self.data)
        self._give(secret)
        installation = self.installation
        command = [str(installation.folder / "bin/initdb"), "-D", str(self.data), "-U", OWNER, "-A", "scram-sha-256"]
        command += ["-E", "UTF8", "--locale=C", f"--pwfile={secret}", "--no-instructions"]
        if installation.version >= BUILTIN_LOCALE_SINCE:
            # Upper and lower case beyond ASCII, without ICU and without a locale of the machine.
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        done = subprocess.run(
            command, cwd="/", env=env, capture_output=True, text=True, check=False, **as_user(self.user)
        )
        secret.unlink()
        if done.returncode:
            raise CannotStart(f"PostgreSQL could not be set up in {self.place}: {_last_line(done.stderr)}")

    def _read_access(self) -> dict[str, Any]:
        access: dict[str, Any] = json.loads(self.access.read_text())
        return access

    def _write_access(self, access: dict[str, Any]) -> None:
        temporary = self.access.with_suffix(".new")
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(access))
        temporary.rename(self.access)

    def runs(self) -> bool:
        """Tell whether a server of this cluster answers."""
        if not self.access.exists() or not (self.data / "postmaster.pid").exists():
            return False
        try:
            with psycopg.connect(self.url(database="postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def start(self, patience_seconds: float = 30.0) -> None:
        """Start the server as a child; nothing where it runs.

        Raises:
            CannotStart: it does not answer in time.
        """
        if self.process is not None or self.runs():
            return
        self._wait_for_the_last(patience_seconds)
        access = self._read_access()
        port = free_port(access["port"])
        self._write_access(access | {"port": port})
        options = [f"-c{key}={value}" for key, value in (SETTINGS | self.settings).items()]
        program = str(self.installation.folder / "bin/postgres")
        log = self.place / "postgres.log"
        self.process = start_child(
            [program, "-D", str(self.data), "-p", str(port), *options],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            log=log,
            user=self.user,
            death_signal=signal.SIGINT,
            cwd="/",
        )
        self._wait_until_it_answers(log, patience_seconds)

    def _wait_for_the_last(self, patience_seconds: float) -> None:
        """Wait for a server of this cluster that is just stopping."""
        deadline = time.monotonic() + patience_seconds
        while (pid := self._postmaster()) and time.monotonic() < deadline:
            time.sleep(0.1)
        if pid:
            raise CannotStart(f"Another PostgreSQL (process {pid}) holds {self.data} and does not answer.")
        if Path("/proc/self").exists():
            # A server that was killed leaves its lock; PostgreSQL would take any process with that number for it.
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _postmaster(self) -> int:
        """Return the process that the lock file names, 0 if it is gone or is another program."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            works_in = Path(f"/proc/{pid}/cwd").readlink()
        except (OSError, ValueError):
            return 0
        return pid if works_in == self.data.resolve() else 0

    def _wait_until_it_answers(self, log: Path, patience_seconds: float) -> None:
        deadline = time.monotonic() + patience_seconds
        while not self.runs():
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                said = _last_line(log.read_text(errors="replace")) if log.exists() else "no answer"
                raise CannotStart(f"PostgreSQL did not start ({said}); see {log}.")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server that this process started (fast shutdown)."""
        if self.process is not None:
            stop(self.process, signal.SIGINT, patience=30)
            self.process = None


def _user_of(place: Path) -> User | None:
    """Return as whom the server runs: the one who owns the data where there are some, if we may choose."""
    user = plain_user()
    try:
        owner = pwd.getpwuid((place / "data").stat().st_uid)
    except (OSError, KeyError):
        return user
    return owner if user is not None and owner.pw_uid != 0 else user


def _other_place(home: Home, user: User | None) -> Path:
    """Return a place that the plain user can reach, where the data folder's parents are closed to it."""
    name = "motcua-" + hashlib.sha256(str(home.path).encode()).hexdigest()[:12]
    for parent in (Path("/var/lib"), Path(tempfile.gettempdir())):
        if parent.is_dir() and can_enter(user, parent):
            return _own(parent / name, user)
    raise CannotStart(f"The user {user.pw_name if user else ''} can reach neither {home.path} nor /var/lib.")


def _own(place: Path, user: User | None) -> Path:
    """Return the place if nobody else has laid it there before us."""
    if place.is_symlink() or (place.exists() and place.stat().st_uid not in (0, user.pw_uid if user else 0)):
        raise CannotStart(f"{place} belongs to somebody else; remove it, or set MOTCUA_HOME to another folder.")
    return place


def _last_line(text: str) -> str:
    return ["", *text.strip().splitlines()][-1]
