"""What can stop a start."""


class CannotStart(Exception):
    """One clear sentence for a person; the command ends with exit code 2."""
