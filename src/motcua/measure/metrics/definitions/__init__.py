"""All measures, by code. Importing this package defines them."""

from motcua.measure.metrics.definitions import dossiers
from motcua.measure.metrics.definitions.measure import MEASURES, Measure

__all__ = ["MEASURES", "Measure", "dossiers"]
