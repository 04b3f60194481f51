"""The tables that measures read: the same names and types on every engine.

They are declared without Ibis, which takes longer to load than most of a page's process: it is loaded with the first
question that has to be compiled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, eq=False)
class Stored:
    """A table of the record: its columns with their types as Ibis names them, and its name."""

    columns: Mapping[str, str]
    name: str

    def rows(self) -> Any:
        """Return the table as an Ibis expression."""
        return _expression(self)


@cache
def _expression(table: Stored) -> Any:
    import ibis

    return ibis.table(dict(table.columns), name=table.name)


SPANS = Stored(
    {
        "dossier_id": "uuid",
        "number": "int16",
        "known_from": "int64",
        "end_known": "int64",
        "retracted": "int64",
        "valid_from": "timestamp('UTC')",
        "valid_to": "timestamp('UTC')",
        "from_on": "date",
        "to_on": "date",
        "standing": "int16",
        "state": "int16",
        "waiting": "boolean",
        "received_on": "date",
        "due_on": "date",
        "first_due_on": "date",
        "resolved_on": "date",
        "returned_on": "date",
        "judged": "int16",
        "extended": "boolean",
        "apologised_on": "date",
        "version_id": "int64",
        "agency_helped_id": "int64",
        "agency_received_id": "int64",
        "agency_competent_id": "int64",
        "unit_id": "int64",
        "channel": "int16",
        "service_level": "int16",
        "worked_minutes": "int32",
        "waited_minutes": "int32",
        "supplements": "int16",
        "fee_due": "int64",
        "fee_paid": "int64",
        "paid_how": "string",
        "components": "int16",
        "digitised": "int16",
        "reused": "int16",
        "from_store": "int16",
        "e_result": "boolean",
        "authenticated": "boolean",
        "synchronised": "boolean",
    },
    name="dossiers_span",
)
AGENCIES = Stored({"id": "int64", "code": "string", "level": "string"}, name="organisation_agency")
VERSIONS = Stored(
    {
        "id": "int64",
        "procedure_id": "int64",
        "status": "string",
        "outline": "boolean",
        "announced_in": "string",
        "service_level": "int16",
        "valid_from": "date",
        "valid_to": "date",
    },
    name="catalogue_procedureversion",
)
PROCEDURES = Stored({"id": "int64", "code": "string", "field_id": "int64"}, name="catalogue_procedure")
FIELDS = Stored({"id": "int64", "code": "string"}, name="catalogue_field")
UNITS = Stored({"id": "int64", "agency_id": "int64"}, name="organisation_unit")
POSTS = Stored(
    {
        "id": "int64",
        "unit_id": "int64",
        "role": "string",
        "acting": "boolean",
        "valid_from": "date",
        "valid_to": "date",
    },
    name="organisation_post",
)
DECISIONS = Stored(
    {"id": "uuid", "agency_id": "int64", "state": "string", "signed_on": "date", "published_on": "date"},
    name="catalogue_publicationdecision",
)
ITEMS = Stored(
    {
        "id": "int64",
        "decision_id": "uuid",
        "version_id": "int64",
        "kind": "string",
        "law_effective_on": "date",
        "removed": "boolean",
    },
    name="catalogue_publicationitem",
)

TABLES = (SPANS, AGENCIES, VERSIONS, PROCEDURES, FIELDS, UNITS, POSTS, DECISIONS, ITEMS)
