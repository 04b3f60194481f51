"""The tutorial of a province is typed in as it stands, and every figure that it shows is the one that is printed."""

import datetime as dt
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.web.launcher.running import CHECKOUT, VENV, environment, free_port, processes_of, wait_until

from motcua.rules.working_time import LOCAL

TUTORIAL = CHECKOUT / "docs" / "tutorial"
FENCE = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PORT = "8000"
SECOND = "second-terminal"
END = "end-of-block"
# What is another one each time. Nothing else may differ, figures least of all.
CHANGING = (
    (re.compile(r"\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b"), "<password>"),
    (re.compile(r"\b(H14\.\d+)-\d{6}-(\d{4})\b"), r"\1-<day>-\2"),
    (re.compile(r"[ \t]+"), " "),
)


@dataclass(frozen=True)
class Block:
    """A fenced block: what it is written in, its file's name (or the second terminal), its text."""

    language: str
    name: str
    text: str


def blocks(language: str) -> list[Block]:
    """Return the fenced blocks of the tutorial in one of its languages."""
    text = (TUTORIAL / f"a-province.{language}.md").read_text(encoding="utf-8")
    return [Block(*found) for found in FENCE.findall(text)]


def lasting(printed: str) -> list[str]:
    """Return printed lines without what is another one each time."""
    for pattern, name in CHANGING:
        printed = pattern.sub(name, printed)
    return [line.strip() for line in printed.strip().splitlines()]


class Reader:
    """Somebody who types what the tutorial says, in two terminals of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, str(free_port())
        self.environment = environment(folder, PATH=f"{VENV / 'bin'}:{os.environ['PATH']}", LC_ALL="C.UTF-8")
        del self.environment["MOTCUA_HOME"]
        self.told = (folder / "stderr").open("w+", encoding="utf-8")
        self.first = self._terminal(["bash"])
        self.second: subprocess.Popen[str] | None = None

    def _terminal(self, command: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["env", "--default-signal=INT,TERM,HUP", *command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.told,
            text=True,
            start_new_session=True,
        )

    def type(self, block: Block) -> str:
        """Type the commands of a block; return what they print."""
        commands = block.text.replace(PORT, self.port)
        if block.name == SECOND:
            self.second = self._terminal(["bash", "-c", f"exec env {commands}"])
            return self._line(self.second)
        assert self.first.stdin is not None
        self.first.stdin.write(f"{commands}\necho {END}\n")
        self.first.stdin.flush()
        printed = ""
        while (line := self._line(self.first)) != f"{END}\n":
            assert line, f"the terminal has ended; it printed {printed}; {self.errors()}"
            printed += line
        return printed

    def _line(self, terminal: subprocess.Popen[str]) -> str:
        assert terminal.stdout is not None
        return terminal.stdout.readline()

    def errors(self) -> str:
        """Return what the terminals wrote beside."""
        return (self.folder / "stderr").read_text(encoding="utf-8")

    def close(self) -> None:
        """End both terminals, and what a failed test has left."""
        for terminal in (self.first, self.second):
            if terminal is not None:
                terminal.terminate()
                terminal.wait(40)
        wait_until(lambda: not processes_of(self.folder), 40)
        for pid in processes_of(self.folder):
            os.kill(pid, signal.SIGKILL)
        self.told.close()


@pytest.fixture
def reader() -> Iterator[Reader]:
    _be_clear_of_midnight()
    folder = Path(tempfile.mkdtemp(prefix="motcua-tutorial-"))
    folder.chmod(0o755)
    reader = Reader(folder)
    yield reader
    reader.close()
    if (place := folder / "data" / "cluster").exists():
        shutil.rmtree(place.read_text().strip(), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def _be_clear_of_midnight() -> None:
    """The tutorial counts one day: begun right before its end, it would be two."""
    now = dt.datetime.now(LOCAL)
    left = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(0), LOCAL) - now
    if left < dt.timedelta(minutes=5):
        time.sleep(left.total_seconds() + 1)


# Two minutes and a half on a quiet machine with two cores; most of it is commands that start one after another.
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("launcher")
def test_every_command_prints_what_the_tutorial_shows(reader):
    read = blocks("en")
    for number, block in enumerate(read):
        if block.language == "sh" and block.name in ("", SECOND):
            after = read[number + 1] if number + 1 < len(read) else None
            shown = after.text if after is not None and after.language == "text" else ""
            printed = reader.type(block).replace(reader.port, PORT)
            assert lasting(printed) == lasting(shown), f"{block.text}\n{reader.errors()}"
        elif block.language != "text":
            (reader.folder / block.name).write_text(block.text, encoding="utf-8")
    assert reader.second is not None
    os.killpg(reader.second.pid, signal.SIGINT)
    assert reader.second.wait(40) == 0


def test_both_languages_have_the_same_commands_files_and_figures():
    english, vietnamese = blocks("en"), blocks("vi")
    assert [block.name for block in english] == [block.name for block in vietnamese]
    assert english == vietnamese


def test_every_file_is_named_right_before_it_is_shown():
    for language in ("en", "vi"):
        before = 0
        text = (TUTORIAL / f"a-province.{language}.md").read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            name = found.group(2)
            assert not name or name == SECOND or f"`{name}`" in text[before : found.start()]
            before = found.end()


def test_another_figure_would_not_pass():
    figures = [block.text for block in blocks("en") if block.language == "text" and "dossiers" in block.text]
    assert len(figures) >= 5
    for text in figures:
        for found in re.finditer(r"\d", text):
            other = text[: found.start()] + str((int(found.group()) + 1) % 10) + text[found.end() :]
            assert lasting(other) != lasting(text)
