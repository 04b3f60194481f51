"""A whole province as it is used: its population loaded, Biểu II.06a made, the ledger verified. Prints one JSON object.

    python benchmarks/province.py [--scenario dak-lak-2020-h1] [--scale 1]

An installation of its own in a temporary folder; each step is the command a person would type, timed with its start.
Memory is the largest resident set that one of its Python processes had, looked at four times a second; it is told of
the first fifth of the loading and of the whole of it.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

MOTCUA = [sys.executable, "-c", "from motcua.web.cli import main; main()"]
PERIODS = {"dak-lak-2020-h1": ("2020-01-01", "2020-06-30")}


class Memory:
    """The largest resident set of the Python processes below one, by the second in which it was seen."""

    def __init__(self, root: int) -> None:
        self.root, self.began, self.seen = root, time.monotonic(), [(0.0, 0)]
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while Path(f"/proc/{self.root}").exists():
            largest = max((_resident(pid) for pid in _below(self.root)), default=0)
            self.seen.append((time.monotonic() - self.began, largest))
            time.sleep(0.25)

    def within(self, share: float) -> int:
        """Return the megabytes of the largest within a share of the time."""
        end = self.seen[-1][0] * share
        return max(size for at, size in self.seen if at <= end) // 1024


def _below(root: int) -> set[int]:
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
    found, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found


def _resident(pid: int) -> int:
    """Return the kilobytes of a Python process, 0 of any other."""
    try:
        if "python" not in Path(f"/proc/{pid}/exe").readlink().name:
            return 0
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) if found else 0


def timed(*arguments: str) -> tuple[float, str, Memory]:
    """Run a command; return its seconds, what it printed, and its memory."""
    began = time.perf_counter()
    with subprocess.Popen([*MOTCUA, *arguments], stdout=subprocess.PIPE, text=True) as running:
        memory = Memory(running.pid)
        printed = running.communicate()[0]
    if running.returncode:
        raise SystemExit(f"motcua {' '.join(arguments)} ended with {running.returncode}: {printed}")
    return round(time.perf_counter() - began, 1), printed, memory


def measured(scenario: str, scale: str) -> dict[str, Any]:
    """Load, make the report, verify."""
    first, last = PERIODS[scenario]
    setup, _printed, _memory = timed("setup")
    loading, _printed, memory = timed("demo", "load", "--scenario", scenario, "--scale", scale)
    period = ("--from", first, "--to", last)
    report, printed, _memory = timed("report", "make", "II.06a", *period, "--format", "json")
    totals = json.loads(printed)["totals"]
    verifying, printed, _memory = timed("ledger", "verify", "--json")
    told = json.loads(printed)
    return {
        "scenario": scenario,
        "scale": scale,
        "setup_s": setup,
        "load_s": loading,
        "memory_first_fifth_mb": memory.within(0.2),
        "memory_mb": memory.within(1),
        "report_s": report,
        "totals": totals,
        "verify_s": verifying,
        "verified": told["checked"],
        "verified_ok": told["ok"],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenario", default="dak-lak-2020-h1", choices=PERIODS)
    parser.add_argument("--scale", default="1")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="motcua-bench-"))
    folder.chmod(0o755)
    os.environ |= {"MOTCUA_HOME": str(folder), "MOTCUA_DEMO": "1", "MOTCUA_LANG": "en"}
    os.environ.pop("MOTCUA_DATABASE_URL", None)
    try:
        json.dump(measured(args.scenario, args.scale), sys.stdout, indent=1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
