"""What a report's paper holds, whatever file it becomes: the letterhead, the table in its layout, who signs."""

from collections.abc import Mapping
from dataclasses import dataclass

from motcua.formats.reportforms.form import Figure


@dataclass(frozen=True, slots=True)
class PaperHead:
    """A head over columns: from column `at` on (counted from 0), in row `row`, so many columns and rows wide."""

    title: str
    at: int
    row: int
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line of the table; `sums` names lines (counted from 0) whose figures add up to this one's."""

    kind: str
    index: str
    name: str
    cells: Mapping[int, Figure]
    shown: Mapping[int, str]
    sums: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A report as a paper (NĐ 30/2020/NĐ-CP, phụ lục I).

    Args:
        heads: of the table; `head_rows` rows of them.
        numbers: the line under the heads, such as "(3)=(4)+(5)+(6)".
        columns: of each table column its number, its role ("index", "name", "figure", "entered") and whether it
            adds up.
        parts: columns that are by the form the sum of others: number → numbers.
    """

    code: str
    title: str
    subtitle: str
    agency: str
    superior: str
    number: str
    place_and_date: str
    signer: str
    signer_name: str
    head_rows: int
    heads: tuple[PaperHead, ...]
    numbers: tuple[str, ...]
    columns: tuple[tuple[int, str, bool], ...]
    lines: tuple[PaperLine, ...]
    parts: Mapping[int, tuple[int, ...]]
    notes: tuple[str, ...] = ()
    shares: frozenset[int] = frozenset()
