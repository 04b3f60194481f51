"""Background work is registered when the product starts: what is not registered never runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import motcua

SAY = "import django; django.setup(); from procrastinate.contrib.django import app; print('\\n'.join(app.tasks))"


def test_every_job_is_registered_by_a_start_alone(tmp_path):
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "motcua.web.settings", "MOTCUA_HOME": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", SAY], env=env, capture_output=True, text=True, check=True)
    registered = set(told.stdout.split())
    root = Path(motcua.__file__).parent
    jobs = {
        ".".join(("motcua", *file.relative_to(root).with_suffix("").parts, name))
        for file in root.rglob("*.py")
        for name in re.findall(r"@app\.task\(.*\)\ndef (\w+)", file.read_text(encoding="utf-8"))
    }
    assert {"motcua.measure.live.jobs.compute_live_index", "motcua.measure.assessment.jobs.remind_of_stages"} <= jobs
    assert jobs - registered == set()
