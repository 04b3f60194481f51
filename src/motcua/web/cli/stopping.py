"""Long work that is asked to stop goes on to the end of its portion, so that nothing is left half-done."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from motcua.web.launcher.processes import Ended

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Stop:
    """Whether somebody asked to stop, and by which signal (0: nobody did)."""

    signum: int = 0

    def asked(self) -> bool:
        """Tell whether somebody asked."""
        return self.signum != 0

    @property
    def exit_code(self) -> int:
        """Return the exit code of what a signal ended."""
        return 128 + self.signum


@contextmanager
def stop_between_portions() -> Iterator[Stop]:
    """Note the first signal instead of ending at once; the second one ends at once.

    Raises:
        Ended: a second signal came.
    """
    stop = Stop()

    def note(signum: int, frame: FrameType | None) -> None:
        if stop.asked():
            raise Ended(signum)
        stop.signum = signum

    before = {signum: signal.signal(signum, note) for signum in ENDINGS}
    try:
        yield stop
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
