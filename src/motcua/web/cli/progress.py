"""A progress bar with rate and time left, on a terminal; elsewhere a line now and then."""

import sys
import time

from motcua.web.cli.words import _, grouped

WIDTH = 24
LINES_APART_SECONDS = 10.0


class Bar:
    """Shows how many of a total are done; without a total (0), how many and how fast."""

    def __init__(self, total: int = 0) -> None:
        self.total, self.began, self.told = total, time.monotonic(), 0.0
        self.live = sys.stderr.isatty()

    def show(self, done: int) -> None:
        """Show how many are done."""
        now = time.monotonic()
        if now - self.told < (0.1 if self.live else LINES_APART_SECONDS):
            return
        self.told = now
        sys.stderr.write(
            f"\r{self.line(done, now - self.began)}\x1b[K" if self.live else f"{self.line(done, now - self.began)}\n"
        )
        sys.stderr.flush()

    def line(self, done: int, seconds: float) -> str:
        """Return the line after so many seconds."""
        rate = done / seconds if seconds > 0 else 0.0
        counts = {"done": grouped(done), "total": grouped(self.total), "rate": grouped(rate)}
        sentence = _("%(done)s of %(total)s  %(rate)s a second") if self.total else _("%(done)s  %(rate)s a second")
        told = sentence % counts
        if not self.total or not rate:
            return told
        filled = min(WIDTH * done // self.total, WIDTH)
        left = int(max(self.total - done, 0) / rate)
        time_left = _("%(time)s left") % {"time": f"{left // 60}:{left % 60:02d}"}
        return f"[{'#' * filled}{'.' * (WIDTH - filled)}] {told}, {time_left}"

    def close(self) -> None:
        """End the line."""
        if self.live and self.told:
            sys.stderr.write("\n")
