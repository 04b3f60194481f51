"""All measures, by code. Importing this package defines them."""

from motcua.measure.metrics.definitions import decision766, dossiers, evaluation, publication, service, staffing, times
from motcua.measure.metrics.definitions.measure import MEASURES, Measure

__all__ = [
    "MEASURES",
    "Measure",
    "decision766",
    "dossiers",
    "evaluation",
    "publication",
    "service",
    "staffing",
    "times",
]
