"""Measure a record of hundreds of thousands and of millions; keep the figures in `at_scale.json`. Takes an hour.

    python benchmarks/at_scale.py [--only measures lists import province live spans]

`run.py` prints what lies in `at_scale.json` on the performance page. Each part overwrites its own figures only.
"""

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KEPT = HERE / "at_scale.json"
# Scales of the invented population of Đắk Lắk 2026 (443,565 dossiers) for 100 thousand, 1 and 2 million.
SCALES = {"100000": "0.2255", "1000000": "2.2545", "2000000": "4.509"}
PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "measures": {n: ("measures.py", "--dossiers", n) for n in ("100000", "1000000", "2000000", "4000000")},
    "lists": {n: ("lists.py", "--scenario-scale", scale) for n, scale in SCALES.items()},
    "import": {"1094944": ("bulk.py", "--dossiers", "1094944")},
    "province": {"1094944": ("province.py",)},
    "live": {"2000000": ("live.py",)},
    "spans": {"100000000": ("hundred_million.py",)},
}


def measured(command: tuple[str, ...]) -> dict[str, Any]:
    """Run one benchmark and return its figures with the day and the load."""
    print("measuring", " ".join(command), flush=True)
    load = round(os.getloadavg()[0], 1)
    answer = subprocess.run(
        [sys.executable, str(HERE / command[0]), *command[1:]], check=True, stdout=subprocess.PIPE, text=True
    )
    return {"on": dt.date.today().isoformat(), "load_before": load, **json.loads(answer.stdout)}


def main() -> None:
    """Measure, and keep each figure as soon as it is there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--sizes", nargs="+", help="such as 100000; all of a part if not given")
    args = parser.parse_args()
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for part in args.only:
        for size, command in PARTS[part].items():
            if args.sizes and size not in args.sizes:
                continue
            kept.setdefault(part, {})[size] = measured(command)
            KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
