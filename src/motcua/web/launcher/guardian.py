"""A small process that outlives the launcher by a moment: it ends what the launcher could not end any more.

It reads from a pipe which children there are. When the pipe closes, the launcher is gone, however it went, and the
guardian ends the children that are left. It also watches the launcher's parent (`make`): a `make` that is killed, or
that has caught a signal and waits for its children, makes it ask the launcher to end.

Run as a plain file, without the package: it must start at once and need nothing.
"""

import contextlib
import os
import select
import signal
import sys
import time

# The kernel signals the children of a launcher that dies; where it does not, the guardian does so after this.
KERNEL_SECONDS = 0.5
# Web and worker have nothing to finish that takes longer; PostgreSQL may have a checkpoint to write.
PATIENCE_SECONDS = 6.0
DATABASE_PATIENCE_SECONDS = 25.0
LOOK_EVERY_SECONDS = 0.2


def alive(pid: int) -> bool:
    """Tell whether a process exists and is not a zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        pass
    if os.path.isdir("/proc/self"):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def caught_signals(pid: int) -> int:
    """Return the mask of signals that a process catches, 0 where the kernel does not tell.

    GNU make resets a signal to its default as soon as one came in, and only then waits for its children.
    """
    try:
        with open(f"/proc/{pid}/status") as file:
            return next((int(line.split()[1], 16) for line in file if line.startswith("SigCgt:")), 0)
    except OSError:
        return 0


class Parent:
    """The process whose end ends the launcher, `make`; pid 0 for none."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.caught = caught_signals(pid) if pid else 0

    def ends(self) -> bool:
        """Tell whether it is gone, or has caught a signal that ends it."""
        if not self.pid:
            return False
        return not alive(self.pid) or bool(self.caught & ~caught_signals(self.pid))


def end_all(children: dict[int, int]) -> None:
    """Ask each child to end by its own signal, wait, then kill the session of each; the database (SIGINT) last."""
    if not wait_for(list(children), KERNEL_SECONDS):
        for pid, signum in children.items():
            with contextlib.suppress(OSError):
                os.kill(pid, signum)
    for database, patience in ((False, PATIENCE_SECONDS), (True, DATABASE_PATIENCE_SECONDS)):
        pids = [pid for pid, signum in children.items() if (signum == signal.SIGINT) == database]
        wait_for(pids, patience)
        for pid in pids:
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)


def wait_for(pids: list[int], seconds: float) -> bool:
    """Wait until none of these lives; False where one still does."""
    deadline = time.monotonic() + seconds
    while any(alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def read_changes(children: dict[int, int]) -> bool:
    """Read `+pid signal` and `-pid` lines; False once the launcher is gone."""
    text = os.read(0, 4096).decode()
    for line in text.splitlines():
        pid, _, signum = line[1:].partition(" ")
        if line.startswith("+"):
            children[int(pid)] = int(signum)
        else:
            children.pop(int(pid), None)
    return bool(text)


def main() -> None:
    """Watch until the launcher is gone, then end what is left. Arguments: pid of the launcher, of its parent or 0."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    launcher, parent = int(sys.argv[1]), Parent(int(sys.argv[2]))
    children: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([0], [], [], LOOK_EVERY_SECONDS if parent.pid else None)
        if ready and not read_changes(children):
            break
        if parent.ends():
            parent.pid = 0
            with contextlib.suppress(OSError):
                os.kill(launcher, signal.SIGTERM)
    end_all(children)


if __name__ == "__main__":
    main()
