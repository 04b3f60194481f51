"""Children that end with their parent, whatever ends it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from motcua.web.launcher.users import User

PR_SET_PDEATHSIG = 1
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_with_parent(signum: int) -> None:
    """Ask the kernel to send this process a signal when its parent ends (Linux)."""
    try:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    except (OSError, AttributeError):
        return


def start_child(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    log: Path | None,
    user: User | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    cwd: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own that the kernel ends with this process.

    The user is changed before the death signal is asked for, since the change would clear it.
    """
    output = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            command,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            start_new_session=True,
            # No thread runs here yet, and the death signal must be asked for by the child itself.
            preexec_fn=_before_exec(user, death_signal),  # noqa: PLW1509
        )
    finally:
        if output:
            output.close()


def _before_exec(user: User | None, death_signal: signal.Signals) -> Callable[[], None]:
    def prepare() -> None:
        if user is not None:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        for signum in ENDINGS:
            signal.signal(signum, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
        end_with_parent(death_signal)

    return prepare


def stop(child: subprocess.Popen[bytes], signum: signal.Signals = signal.SIGTERM, patience: float = 10.0) -> None:
    """Ask a child to end, and kill its whole session if it does not within `patience` seconds."""
    if child.poll() is None:
        child.send_signal(signum)
        deadline = time.monotonic() + patience
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
