"""Children that end with their parent, whatever ends it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from motcua.web.launcher.users import User

PR_SET_PDEATHSIG = 1
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """A signal asks to end; `signum` says which."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


_guardian: subprocess.Popen[bytes] | None = None


def end_with_parent(signum: int) -> None:
    """Ask the kernel to send this process a signal when its parent ends (Linux)."""
    try:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    except (OSError, AttributeError):
        return


def start_guardian(parent: int = 0) -> None:
    """Start the process that ends our children should we be killed; once.

    Args:
        parent: pid of the process (`make`) whose end should end us too, 0 for none.
    """
    global _guardian
    if _guardian is not None and _guardian.poll() is None:
        return
    _guardian = subprocess.Popen(
        [sys.executable, "-I", "-S", str(Path(__file__).with_name("guardian.py")), str(os.getpid()), str(parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )


def end_guardian() -> None:
    """Let the guardian go: nothing is left for it to watch."""
    global _guardian
    if _guardian is not None and _guardian.stdin is not None:
        with contextlib.suppress(OSError):
            _guardian.stdin.close()
        _guardian.wait()
        _guardian = None


def _tell_guardian(line: str) -> None:
    if _guardian is not None and _guardian.stdin is not None:
        with contextlib.suppress(OSError):
            _guardian.stdin.write(line.encode() + b"\n")
            _guardian.stdin.flush()


def start_child(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    log: Path | None,
    user: User | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    cwd: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own that the kernel, and the guardian, end with this process.

    The user is changed before the death signal is asked for, since the change would clear it.
    """
    start_guardian()
    output = log.open("ab") if log else None
    try:
        child = subprocess.Popen(
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
    _tell_guardian(f"+{child.pid} {int(death_signal)}")
    return child


def _before_exec(user: User | None, death_signal: signal.Signals) -> Callable[[], None]:
    def prepare() -> None:
        """Step down to the user, and end when the starting process ends."""
        if user is not None:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        reset_signals()
        end_with_parent(death_signal)

    return prepare


def reset_signals() -> None:
    """Take the three endings as they come by default, also where they came in ignored or blocked."""
    for signum in ENDINGS:
        signal.signal(signum, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


def listen_to_signals() -> None:
    """Raise `Ended` at the first of the three endings, also where they came in ignored or blocked."""

    def end(signum: int, frame: FrameType | None) -> None:
        # Ending has begun: a second signal must not cut it short.
        for other in ENDINGS:
            signal.signal(other, signal.SIG_IGN)
        raise Ended(signum)

    for signum in ENDINGS:
        signal.signal(signum, end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore the endings: while stopping, a second signal must not cut the stopping short."""
    before = {signum: signal.signal(signum, signal.SIG_IGN) for signum in ENDINGS}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


def run_child(command: Sequence[str], env: Mapping[str, str], *, show: bool) -> subprocess.CompletedProcess[str]:
    """Run a child to its end; it ends with this process. Its output is shown on stderr as it comes, or kept."""
    return subprocess.run(
        command,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr if show else subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        start_new_session=True,
        preexec_fn=_before_exec(None, signal.SIGTERM),
    )


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
    _tell_guardian(f"-{child.pid}")
