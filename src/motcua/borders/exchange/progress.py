"""How far files are read, and how many records that lets expect."""

from collections.abc import Callable, Sequence
from pathlib import Path


class Reading:
    """The place in a row of files, by bytes.

    Args:
        paths: the files, in the order of reading.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.whole = max(sum(path.stat().st_size for path in paths), 1)
        self.records, self._done, self._here = 0, 0, 0
        self._tell: Callable[[], int] = lambda: 0

    def begin(self, path: Path, tell: Callable[[], int]) -> None:
        """Begin a file; `tell` says how many of its bytes are read."""
        self.end()
        self._here, self._tell = path.stat().st_size, tell

    def end(self) -> None:
        """End the file that was begun: all its bytes are read, and nobody is asked any more."""
        self._done += self._here
        self._here, self._tell = 0, lambda: 0

    def of_rows(self, path: Path, rows: int) -> Callable[[], None]:
        """Begin a file of so many rows whose bytes are not read one after another.

        Returns:
            What is to be called for each row that is passed, a head or an empty one too.
        """
        passed, size = 0, path.stat().st_size

        def _pass() -> None:
            nonlocal passed
            passed += 1

        self.begin(path, lambda: min(size, size * passed // max(rows, 1)))
        return _pass

    def expected(self) -> int:
        """Return how many records there will be in all if the rest is like what was read; 0 where that is not known."""
        read = self._done + (self._tell() if self._here else 0)
        return max(self.records, self.records * self.whole // read) if read and self.records else 0
