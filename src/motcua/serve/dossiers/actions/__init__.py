"""Every write on dossiers. Each action: policy, lock, check, change, one event, in one transaction.

Arguments are keyword-only; `by` is who acts, `now` the instant (aware; the present if not given).
"""

from motcua.serve.dossiers.actions.arriving import accept_arrival, ask_before_receipt, record_arrival, refuse_arrival
from motcua.serve.dossiers.actions.casing import choose_case
from motcua.serve.dossiers.actions.clock import (
    apologise,
    expire_supplement,
    extend_with_apology,
    pause_for_fee,
    record_supplement,
    request_supplement,
    settle_fee,
)
from motcua.serve.dossiers.actions.compensating import claim_compensation, decide_compensation, pay_compensation
from motcua.serve.dossiers.actions.completing import complete_arrival, receive_completed
from motcua.serve.dossiers.actions.correcting import correct_dossier, void_receipt
from motcua.serve.dossiers.actions.declaring import correct_answers
from motcua.serve.dossiers.actions.drafting import approve_draft, reject_draft, write_draft
from motcua.serve.dossiers.actions.ending import stop_dossier, withdraw_dossier
from motcua.serve.dossiers.actions.grouping import join_group, receive_with
from motcua.serve.dossiers.actions.intake import (
    receive_dossier,
    refuse_filing,
    request_papers_before_receipt,
)
from motcua.serve.dossiers.actions.joint import (
    answer_consultation,
    cancel_consultation,
    consult_agency,
    move_to_agency,
    record_mishap,
    repair_mishap,
)
from motcua.serve.dossiers.actions.linked import receive_linked, start_part
from motcua.serve.dossiers.actions.papers import add_attachment, print_paper
from motcua.serve.dossiers.actions.phases import start_phase
from motcua.serve.dossiers.actions.posting import (
    cancel_list,
    give_after_post,
    hand_to_post,
    make_postal_list,
    note_post_arrived,
    note_post_back,
    set_tracking,
    take_off_list,
)
from motcua.serve.dossiers.actions.processing import (
    assign_task,
    finish_dossier,
    forward_dossier,
    forward_many,
    recall_dossier,
    send_back_dossier,
)
from motcua.serve.dossiers.actions.returning import return_many, return_result

__all__ = [
    "accept_arrival",
    "add_attachment",
    "answer_consultation",
    "apologise",
    "approve_draft",
    "ask_before_receipt",
    "assign_task",
    "cancel_consultation",
    "cancel_list",
    "choose_case",
    "claim_compensation",
    "complete_arrival",
    "consult_agency",
    "correct_answers",
    "correct_dossier",
    "decide_compensation",
    "expire_supplement",
    "extend_with_apology",
    "finish_dossier",
    "forward_dossier",
    "forward_many",
    "give_after_post",
    "hand_to_post",
    "join_group",
    "make_postal_list",
    "move_to_agency",
    "note_post_arrived",
    "note_post_back",
    "pause_for_fee",
    "pay_compensation",
    "print_paper",
    "recall_dossier",
    "receive_completed",
    "receive_dossier",
    "receive_linked",
    "receive_with",
    "record_arrival",
    "record_mishap",
    "record_supplement",
    "refuse_arrival",
    "refuse_filing",
    "reject_draft",
    "repair_mishap",
    "request_papers_before_receipt",
    "request_supplement",
    "return_many",
    "return_result",
    "send_back_dossier",
    "set_tracking",
    "settle_fee",
    "start_part",
    "start_phase",
    "stop_dossier",
    "take_off_list",
    "void_receipt",
    "withdraw_dossier",
    "write_draft",
]
