"""As whom things run: PostgreSQL refuses root, so root steps down to a plain user that exists."""

import os
import pwd
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from motcua.web.launcher.errors import CannotStart

CANDIDATES = ("postgres", "nobody")
User = pwd.struct_passwd


def plain_user() -> User | None:
    """Return the user to step down to, None where this process is not root.

    Raises:
        CannotStart: root, and no plain user exists.
    """
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.")


def as_user(user: User | None) -> dict[str, Any]:
    """Return the arguments for `subprocess` that step down to a user, none where there is nothing to do."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def succeeds(user: User | None, command: Sequence[str], env: Mapping[str, str] | None = None) -> bool:
    """Tell whether a command runs well as that user."""
    try:
        done = subprocess.run(command, cwd="/", env=env, capture_output=True, timeout=30, check=False, **as_user(user))
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def can_enter(user: User | None, folder: Path) -> bool:
    """Tell whether that user can walk into a folder that exists."""
    return user is None or succeeds(user, ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])


def can_run_python(user: User | None) -> bool:
    """Tell whether that user can run this Python with this product and the server in front of it."""
    command = [sys.executable, "-c", "import granian, psycopg, motcua.web.settings"]
    env = {"PATH": "/usr/bin:/bin", "MOTCUA_SECRET_KEY": "-", "PYTHONDONTWRITEBYTECODE": "1"}
    return user is None or succeeds(user, command, env)
