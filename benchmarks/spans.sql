-- Spans of invented dossiers over one year up to today, four for each: received, handled, ready, returned.
-- Parameter: how many dossiers.
INSERT INTO dossiers_span (
    dossier_id, number, known_from, end_known, retracted, valid_from, valid_to, from_on, to_on, standing, state, waiting,
    received_on, due_on, first_due_on, resolved_on, returned_on, judged, extended, apologised_on, version_id,
    agency_helped_id, agency_received_id, agency_competent_id, unit_id, channel, service_level, worked_minutes,
    waited_minutes, supplements, fee_due, fee_paid, paid_how, components, digitised, reused, from_store, e_result,
    authenticated, synchronised
)
WITH agencies AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS all_of
    FROM organisation_agency WHERE level IN ('commune', 'department') AND valid_to IS NULL
), versions AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS all_of FROM catalogue_procedureversion
), filed AS (
    SELECT gen_random_uuid() AS dossier, a.id AS agency, v.id AS version,
        now() - interval '365 days' + (i::float8 / %(dossiers)s) * interval '365 days' AS received,
        least(-ln(1 - random()) * 4, 30) AS days, 3 + floor(random() * 10)::int AS promised, random() AS r, random() AS s
    FROM generate_series(1, %(dossiers)s) AS i
    JOIN agencies a ON a.n = (i::bigint * 7919) %% a.all_of
    JOIN versions v ON v.n = (i::bigint * 104729) %% v.all_of
), lived AS (
    SELECT *, received + interval '1 hour' AS handled,
        received + interval '2 hours'
            + CASE WHEN r < 0.98 THEN least(days, promised - 0.3) ELSE promised + 2 + days END * interval '1 day' AS ready
    FROM filed
), spans AS (
    SELECT lived.*, k, (received AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS received_on,
        (ready AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS ready_on,
        (ARRAY[received, handled, ready, ready + interval '20 hours'])[k + 1] AS since,
        (ARRAY[handled, ready, ready + interval '20 hours', 'infinity'::timestamptz])[k + 1] AS until
    FROM lived, generate_series(0, 3) AS k
)
SELECT dossier, k, extract(epoch FROM since)::bigint - 1700000000,
    CASE WHEN until <= now() THEN extract(epoch FROM until)::bigint - 1700000000 END, NULL, since,
    CASE WHEN until <= now() THEN until END, (since AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
    CASE WHEN until <= now() THEN (until AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END,
    CASE WHEN k >= 2 THEN 2 ELSE 1 END, (ARRAY[2, 4, 9, 10])[k + 1], false, received_on, received_on + promised,
    received_on + promised, CASE WHEN k >= 2 THEN ready_on END,
    CASE WHEN k = 3 THEN (since AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END,
    CASE WHEN k >= 2 THEN sign(ready_on - received_on - promised)::int END, false, NULL, version, agency, agency,
    agency, NULL, 1 + (s * 3)::int %% 3, 3, CASE WHEN k >= 2 THEN (days * 480)::int END, 0, (s < 0.1)::int, 0, 0, '', 3,
    (s * 3)::int, 0, 0, r > 0.5, true, r > 0.1
FROM spans WHERE since <= now()
