"""Whoever rewrites the ledger under an issued report is found by counting from the ledger."""

import datetime as dt

from tests.samples import birth

from motcua.measure.reports.actions import check_report, draft_report, sign_report
from motcua.measure.reports.verifying import verify_report
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions

MORNING = dt.datetime(2026, 11, 20, 9, 0, tzinfo=LOCAL)


def test_an_edited_event_is_found_by_the_count_from_the_ledger(fresh_database, attacker, actor_of):
    dossier = actions.receive_dossier(by=actor_of("xa.tiepnhan"), filing=birth(), now=MORNING)
    period = {"first": dt.date(2026, 11, 1), "last": dt.date(2026, 11, 30)}
    made = draft_report(by=actor_of("xa.vanthu"), form="II.06a", **period)
    check_report(by=actor_of("xa.truongphong"), issue_id=made.pk)
    issue = sign_report(by=actor_of("xa.lanhdao"), issue_id=made.pk)
    assert verify_report(issue).ok
    attacker.execute(
        "UPDATE ledger_event SET payload = jsonb_set(payload, ARRAY['rows', 'dossier:' || chain_id, 'channel'], '2') "
        "WHERE chain_id = %s AND number = 1",
        [dossier.pk],
    )
    assert {finding.kind for finding in verify_report(issue).findings} == {"ledger"}
