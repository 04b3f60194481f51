"""Where a province's data set lies (`datasets/provinces/<name>/`)."""

from pathlib import Path

from django.conf import settings


def folder_of(name: str) -> Path:
    """Return the folder of a province's data set.

    Raises:
        FileNotFoundError: there is none.
    """
    home = Path(settings.DATASETS) / "provinces"
    if not (home / name / "agencies.yaml").is_file():
        known = ", ".join(sorted(file.parent.name for file in home.glob("*/agencies.yaml"))) or "none"
        raise FileNotFoundError(f"There is no data set {name!r} in {home}; known are: {known}.")
    return home / name
