"""Starting `make run` in a folder of its own, and looking for what it leaves behind."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
VENV = Path(sys.prefix)
READY_WITHIN_SECONDS = 90
GONE_WITHIN_SECONDS = 40


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment without anything of the tests' own server, or of a make around them.

    The demo's people do not work unless they are asked to.
    """
    foreign = ("MOTCUA_", "DJANGO_", "PYTEST_", "MAKE", "MFLAGS")
    plain = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return plain | {"MOTCUA_HOME": str(home), "MOTCUA_DEMO_WORK": "0"} | more


def motcua(home: Path, *arguments: str, timeout: float = 120, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [str(VENV / "bin/motcua"), *arguments]
    env = environment(home, **more)
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=timeout, check=False)


def processes_of(home: Path) -> dict[int, str]:
    """Return the processes that work for a data folder: by environment, arguments or working folder."""
    place = (home / "cluster").read_text() if (home / "cluster").exists() else str(home)
    marks = (str(home).encode(), place.encode())
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                continue
            text = (folder / "cmdline").read_bytes()
            seen = text + (folder / "environ").read_bytes() + os.fsencode((folder / "cwd").readlink())
        except OSError:
            continue
        if any(mark in seen for mark in marks):
            found[int(folder.name)] = text.replace(b"\0", b" ").decode(errors="replace")
    return found


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is true; tell whether it became so."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return true()


class Running:
    """One `make run`."""

    def __init__(
        self,
        home: Path,
        *,
        ignored: bool = False,
        port: int | None = None,
        through_make: bool = True,
        database_url: str = "",
        demo_at_work: bool = False,
    ) -> None:
        self.home, self.port = home, port or free_port()
        self.lines: list[str] = []
        self.ready_after = 0.0
        made = f"{VENV}/.base"
        make = ["make", "--no-print-directory", "-C", str(CHECKOUT), f"VENV={VENV}", "-o", made, f"PORT={self.port}"]
        command = [*make, "run"] if through_make else [str(VENV / "bin/motcua"), "run", "--port", str(self.port)]
        # Whoever runs the tests may ignore signals (nohup does); what is inherited here is the test's choice.
        command = ["env", "--default-signal=INT,TERM,HUP", *command]
        if ignored:
            command = command[2:]
            command = ["sh", "-c", 'trap "" INT TERM HUP; exec "$@"', "sh", *command]
        chosen = {"MOTCUA_DEMO_WORK": "1" if demo_at_work else "0"}
        chosen |= {"MOTCUA_DATABASE_URL": database_url} if database_url else {}
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            command,
            env=environment(home, **chosen),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("Ready: "):
                self.ready_after = time.monotonic() - self.began

    @property
    def text(self) -> str:
        """Return all that was printed so far."""
        return "\n".join(self.lines)

    def wait_until_ready(self) -> "Running":
        """Wait for the line `Ready:`."""
        wait_until(lambda: self.ready_after > 0 or self.process.poll() is not None, READY_WITHIN_SECONDS + 30)
        assert self.ready_after, self.text
        return self

    @property
    def launcher(self) -> int:
        """Return the pid of `motcua run`."""
        return next(pid for pid, text in processes_of(self.home).items() if "motcua run" in text)

    def one(self, words: str) -> int:
        """Return the pid of a process by words of its command line, 0 for none."""
        return next((pid for pid, text in processes_of(self.home).items() if words in text), 0)

    def wait(self) -> int:
        """Wait for its end and return its exit code."""
        return self.process.wait(GONE_WITHIN_SECONDS)

    def leaves_nothing(self) -> bool:
        """Tell whether no process is left within reasonable time."""
        return wait_until(lambda: not processes_of(self.home), GONE_WITHIN_SECONDS)

    def clean(self) -> None:
        """End what a failed test has left."""
        for pid in processes_of(self.home):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
