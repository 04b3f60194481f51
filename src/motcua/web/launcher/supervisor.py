"""`motcua run`: web and worker over one database, ended together, whatever ends them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from motcua.web.launcher.errors import CannotStart
from motcua.web.launcher.processes import ENDINGS, end_with_parent, start_child, stop
from motcua.web.launcher.setup import Ready, ready, tell
from motcua.web.launcher.users import User, can_run_python, plain_user

READY_WITHIN = 80.0


class Ended(BaseException):
    """A signal asks to end."""


def run(host: str, port: int) -> int:
    """Start everything, say when it is ready, and stay until a signal or the end of a child.

    Returns:
        0 after a signal, 1 after a child has died.
    """
    _listen_to_signals()
    _check_port(host, port)
    os.environ["MOTCUA_PUBLIC_URL"] = os.environ.get("MOTCUA_PUBLIC_URL") or f"http://{host}:{port}"
    children: list[subprocess.Popen[bytes]] = []
    try:
        with ready(wait_for_others=False) as installation:
            try:
                children += _start(installation, host, port)
                _wait_until_ready(host, port, children)
                _say_ready(host, port, installation)
                return _stay(children)
            finally:
                _ignore_signals()
                for child in children:
                    stop(child)
    except Ended:
        return 0


def _listen_to_signals() -> None:
    """Hear the three signals, also where they came in ignored or blocked, and the end of `make`."""

    def end(signum: int, frame: FrameType | None) -> None:
        raise Ended(signum)

    for signum in ENDINGS:
        signal.signal(signum, end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    if os.environ.get("MOTCUA_END_WITH_PARENT") == "1":
        parent = os.getppid()
        end_with_parent(signal.SIGTERM)
        if os.getppid() != parent:
            raise Ended


def _ignore_signals() -> None:
    """While stopping, a second signal must not cut the stopping short."""
    for signum in ENDINGS:
        signal.signal(signum, signal.SIG_IGN)


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} of {host} is not free ({error.strerror}); choose another: PORT=…"
            ) from error


def _start(installation: Ready, host: str, port: int) -> list[subprocess.Popen[bytes]]:
    user = _user_of_web(installation)
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "motcua.web.settings", "MOTCUA_AS_OWNER": "0"}
    if "MOTCUA_APP_DATABASE_URL" in env:
        # Web and worker get the application's login only, never the owner's.
        env["MOTCUA_DATABASE_URL"] = env["MOTCUA_APP_DATABASE_URL"]
    logs = installation.home.logs
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    web += ["--workers-kill-timeout", "5", "motcua.web.wsgi:application"]
    worker = [sys.executable, "-m", "django", "worker"]
    return [
        start_child(web, env=env, log=logs / "web.log", user=user),
        start_child(worker, env=env, log=logs / "worker.log", user=user),
    ]


def _user_of_web(installation: Ready) -> User | None:
    user = plain_user()
    if user is None:
        return None
    if not can_run_python(user):
        tell(f"Web and worker run as root: the user {user.pw_name} cannot run this Python.")
        return None
    installation.home.give_to(user.pw_uid, user.pw_gid)
    return user


def _wait_until_ready(host: str, port: int, children: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if any(child.poll() is not None for child in children):
            raise CannotStart("Web or worker ended while starting; see logs/ in the data folder.")
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise CannotStart(f"Not ready after {READY_WITHIN:.0f} seconds; see logs/ in the data folder.")


def _say_ready(host: str, port: int, installation: Ready) -> None:
    sys.stdout.write(f"Ready: http://{host}:{port}\n")
    sys.stdout.flush()
    if installation.demo:
        env = os.environ | {"DJANGO_SETTINGS_MODULE": "motcua.web.settings", "MOTCUA_POOL": "0"}
        command = [sys.executable, "-m", "django", "demo_accounts"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        sys.stdout.write(done.stdout)
        sys.stdout.flush()


def _stay(children: list[subprocess.Popen[bytes]]) -> int:
    while all(child.poll() is None for child in children):
        time.sleep(0.25)
    tell("Web or worker has ended; everything is stopped. See logs/ in the data folder.")
    return 1
