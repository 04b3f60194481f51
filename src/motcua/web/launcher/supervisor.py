"""`motcua run`: web and worker over one database, ended together, whatever ends them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from motcua.web.cli.speaking import language
from motcua.web.launcher.errors import CannotStart
from motcua.web.launcher.processes import (
    Ended,
    end_with_parent,
    listen_to_signals,
    run_child,
    start_child,
    start_guardian,
    stop,
    undisturbed,
)
from motcua.web.launcher.setup import Ready, any_row, ready, tell
from motcua.web.launcher.users import User, can_enter, can_run_python, plain_user

READY_WITHIN_SECONDS = 80.0
LOOK_EVERY_SECONDS = 0.25
# A part that dies is started again; one that dies more often than this within a minute ends everything.
RESTARTS_A_MINUTE = 3
WEB = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--no-ws"]
WEB += ["--log-level", "warning", "--respawn-failed-workers", "--workers-kill-timeout", "3"]
WORKER = [sys.executable, "-m", "django", "worker"]


@dataclass
class Part:
    """Web or worker: how it is started, and the process that runs now."""

    name: str
    command: list[str]
    env: dict[str, str]
    log: Path
    user: User | None
    process: subprocess.Popen[bytes] | None = None
    started: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it."""
        self.process = start_child(self.command, env=self.env, log=self.log, user=self.user, cwd="/")
        self.started.append(time.monotonic())

    def died(self) -> bool:
        """Tell whether its process has ended."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """End it, with all processes of its session."""
        if self.process is not None:
            stop(self.process)
            self.process = None

    def tries_left(self) -> bool:
        """Tell whether it has not died too often in the last minute."""
        lately = [moment for moment in self.started if time.monotonic() - moment < 60]
        return len(lately) <= RESTARTS_A_MINUTE


def run(names: Sequence[str], host: str, port: int) -> int:
    """Start web, worker or both, say when it is ready, and stay until a signal or the end of a part.

    Args:
        names: "web", "worker" or both; a part alone serves beside others on one database.
        host, port: where the web server listens; not read without one.

    Returns:
        0 after a signal, 1 after a part has died for good.

    Raises:
        CannotStart: one clear sentence.
    """
    listen_to_signals()
    try:
        _end_with_make()
        if "web" in names:
            _check_port(host, port)
            os.environ["MOTCUA_PUBLIC_URL"] = os.environ.get("MOTCUA_PUBLIC_URL") or f"http://{host}:{port}"
        with ready(wait_for_others=False) as installation:
            parts = [part for part in _parts(installation, host, port) if part.name in names]
            return _serve(installation, parts, f"http://{host}:{port}" if "web" in names else "")
    except Ended:
        return 0


def _serve(installation: Ready, parts: list[Part], url: str) -> int:
    helpers: list[Part] = []
    try:
        for part in parts:
            part.start()
        if url:
            # A web server alone is ready once it answers: whether a worker serves the queue is another's matter.
            _wait_until_ready(url, "/readyz" if len(parts) > 1 else "/healthz", parts)
            _say_ready(url, installation)
            if demo := _demo_at_work(installation, parts[0]):
                helpers.append(demo)
                demo.start()
        return _stay(installation, parts)
    finally:
        with undisturbed():
            for part in [*parts, *helpers]:
                if part.process is not None and part.process.poll() is None:
                    part.process.terminate()
            for part in [*parts, *helpers]:
                part.stop()


def _demo_at_work(installation: Ready, web: Part) -> Part | None:
    """Return what fills the inboxes of an empty demo beside everything else, or None where nothing is to be filled."""
    if not installation.demo or os.environ.get("MOTCUA_DEMO_WORK") == "0":
        return None
    if any_row(installation.owner_url, "dossiers_dossier"):
        return None
    tell("The demo's people begin to work: their inboxes fill within a minute.")
    command = [sys.executable, "-m", "django", "demo_work"]
    return Part("demo", command, web.env | {"MOTCUA_POOL": "0"}, installation.home.logs / "demo.log", web.user)


def _end_with_make() -> None:
    """End when `make` does: the kernel tells of its death, the guardian of a signal that it has caught."""
    if os.environ.get("MOTCUA_END_WITH_PARENT") != "1":
        return
    parent = os.getppid()
    end_with_parent(signal.SIGTERM)
    if os.getppid() != parent or parent == 1:
        raise Ended(signal.SIGTERM)
    start_guardian(parent)


def _check_port(host: str, port: int) -> None:
    """Check that the port is free.

    Raises:
        CannotStart: it is not, or it is no port.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError as error:
            raise CannotStart(f"{port} is not a port: choose one from 1 to 65535, PORT=…") from error
        except OSError as error:
            raise CannotStart(
                f"Port {port} of {host} is not free ({error.strerror}); choose another: PORT=…"
            ) from error


def _parts(installation: Ready, host: str, port: int) -> list[Part]:
    user = _user_of_web(installation)
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "motcua.web.settings", "MOTCUA_AS_OWNER": "0"}
    if "MOTCUA_APP_DATABASE_URL" in env:
        # Web and worker get the application's login only, never the owner's.
        env["MOTCUA_DATABASE_URL"] = env["MOTCUA_APP_DATABASE_URL"]
    web = [*WEB, "--host", host, "--port", str(port), "motcua.web.wsgi:application"]
    logs = installation.home.logs
    return [
        Part("web", web, env, logs / "web.log", user),
        Part("worker", WORKER, env, logs / "worker.log", user),
    ]


def _user_of_web(installation: Ready) -> User | None:
    """Return the plain user to run web and worker as, None to stay who we are; says so where that is root."""
    user = installation.cluster.user if installation.cluster else plain_user()
    if user is None:
        return None
    if not can_run_python(user):
        tell(f"Web and worker run as root: the user {user.pw_name} cannot run {sys.executable}.")
        return None
    if not can_enter(user, installation.home.path):
        tell(f"Web and worker run as root: the user {user.pw_name} cannot enter {installation.home.path}.")
        return None
    installation.home.give_to(user.pw_uid, user.pw_gid)
    return user


def _wait_until_ready(url: str, path: str, parts: list[Part]) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if dead := next((part for part in parts if part.died()), None):
            raise CannotStart(f"The {dead.name} process ended while starting; see {dead.log}.")
        if _answers(url + path):
            return
        time.sleep(0.1)
    raise CannotStart(f"Not ready after {READY_WITHIN_SECONDS:.0f} seconds; see {parts[0].log.parent}.")


def _answers(url: str) -> bool:
    """Tell whether a page answers 200, asked as a proxy on this machine would ask."""
    request = urllib.request.Request(url, headers={"Host": "127.0.0.1", "X-Forwarded-Proto": "https"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _say_ready(url: str, installation: Ready) -> None:
    sys.stdout.write(f"Ready: {url}\n")
    sys.stdout.flush()
    if installation.demo:
        env = os.environ | {"DJANGO_SETTINGS_MODULE": "motcua.web.settings", "MOTCUA_POOL": "0"}
        done = run_child([sys.executable, "-m", "django", "demo_accounts", "--language", language()], env, show=False)
        sys.stdout.write(done.stdout)
        sys.stdout.flush()


def _stay(installation: Ready, parts: list[Part]) -> int:
    cluster = installation.cluster
    while True:
        time.sleep(LOOK_EVERY_SECONDS)
        if cluster and cluster.process and cluster.process.poll() is not None:
            tell(f"PostgreSQL has ended; everything is stopped. See {cluster.place / 'postgres.log'}.")
            return 1
        for part in parts:
            if not part.died():
                continue
            if not part.tries_left():
                tell(f"The {part.name} process keeps ending; everything is stopped. See {part.log}.")
                return 1
            tell(f"The {part.name} process has ended and is started again. See {part.log}.")
            part.stop()
            part.start()
