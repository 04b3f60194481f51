"""Where each input of Decision 766 comes from: a measure, an entered value, the province, or the year before."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import read_framework
from motcua.rules.scoring import Framework, Node

NAME = "decision-766"


@dataclass(frozen=True, slots=True)
class Source:
    """The measures of a leaf's numerator and denominator.

    `firm`: the record is the only source. Else an entered value stands in where the record holds no such dossier.
    """

    numerator: str
    denominator: str
    firm: bool = True


def _of(code: str, denominator: str = "dossiers.counted") -> Source:
    return Source(f"766.{code}_num", denominator)


SOURCES: dict[str, Source] = {
    "PROGRESS_ON_TIME": _of("PROGRESS_ON_TIME"),
    "ORIGINAL_RESULT_AVAILABLE": _of("ORIGINAL_RESULT_AVAILABLE"),
    "SO_HOA_GIAY_TO_GIAI_QUYET": _of("SO_HOA_GIAY_TO_GIAI_QUYET"),
    "REUSED_DIGITIZED_DATA": _of("REUSED_DIGITIZED_DATA"),
    "SYNCED_WITH_DVCQG_PERSONAL_STORAGE": _of("SYNCED_WITH_DVCQG_PERSONAL_STORAGE"),
    "CITIZEN_DATA_CONNECTED_DOSSIER": _of("CITIZEN_DATA_CONNECTED_DOSSIER"),
    "DOSSIER_SYNC": _of("DOSSIER_SYNC", "dossiers.received"),
    "PROVIDE_ONLINE": Source("service.fully_online", "service.fully_online_eligible", firm=False),
    "PAID_ONLINE_DOSSIERS": Source("payment.paid_online", "payment.with_fee", firm=False),
}
MEASURES = tuple(dict.fromkeys(code for s in SOURCES.values() for code in (s.numerator, s.denominator)))
# Of this leaf the denominator is the year before's, by the length of the period, where nothing was received.
SYNCHRONISED = "DOSSIER_SYNC"


@lru_cache(maxsize=1)
def framework() -> tuple[Framework, str]:
    """Return the framework of Decision 766 and the digest of its file."""
    file = datasets_folder() / "frameworks" / f"{NAME}.yaml"
    return read_framework(file), hashlib.sha256(file.read_bytes()).hexdigest()


def leaf_of(code: str) -> Node | None:
    """Return a leaf by its code, None without it."""
    return next((leaf for leaf in framework()[0].root.leaves() if leaf.code == code), None)


def input_codes(leaf: Node) -> tuple[str, str]:
    """Return the names of a leaf's numerator and denominator."""
    assert leaf.rule is not None
    return leaf.rule["numerator"], leaf.rule["denominator"]


def can_be_entered(code: str) -> bool:
    """Tell whether a value of this leaf may be entered: it exists, and the record is not its only source."""
    return leaf_of(code) is not None and not (code in SOURCES and SOURCES[code].firm)
