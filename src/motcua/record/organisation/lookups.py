"""How queries ask whether an agency is among many.

Who leads a province answers for hundreds of agencies. `__in` writes each of them as a parameter of its own, several
times in one statement; `__any_of` sends them as one array, which PostgreSQL treats alike.
"""

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ForeignKey
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler


@ForeignKey.register_lookup
class AnyOf(Lookup):
    """Keys of another table among the given ones: `agency_id__any_of=by.scope`."""

    lookup_name = "any_of"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[int]) -> None:
        super().__init__(lhs, sorted(rhs))

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Return the condition and its one parameter."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*params, self.rhs]
