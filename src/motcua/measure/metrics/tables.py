"""The tables that measures read, as Ibis knows them: the same names and types on every engine."""

import ibis

SPANS = ibis.table(
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
AGENCIES = ibis.table({"id": "int64", "code": "string", "level": "string"}, name="organisation_agency")
VERSIONS = ibis.table({"id": "int64", "procedure_id": "int64"}, name="catalogue_procedureversion")
PROCEDURES = ibis.table({"id": "int64", "code": "string", "field_id": "int64"}, name="catalogue_procedure")
FIELDS = ibis.table({"id": "int64", "code": "string"}, name="catalogue_field")

TABLES = (SPANS, AGENCIES, VERSIONS, PROCEDURES, FIELDS)
