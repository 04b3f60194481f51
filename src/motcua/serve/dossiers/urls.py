"""Routes of dossiers."""

from django.urls import path

from motcua.serve.dossiers.views import (
    arriving,
    dossier,
    intake,
    joint,
    linked,
    lists,
    papers,
    posting,
    revealing,
    track,
)

app_name = "dossiers"
urlpatterns = [
    path("desk/", lists.desk, name="desk"),
    path("intake/", intake.intake, name="intake"),
    path("intake/options/", linked.intake_options, name="intake_options"),
    path("intake/promise/", intake.promise, name="promise"),
    path("intake/applicant/", intake.applicant, name="applicant"),
    path("intake/check/", intake.check, name="check"),
    path("inbox/", lists.inbox, name="inbox"),
    path("inbox/forward/", lists.bulk_forward, name="bulk_forward"),
    path("returns/", lists.returns, name="returns"),
    path("returns/return/", lists.bulk_return, name="bulk_return"),
    path("arrivals/", arriving.arrivals, name="arrivals"),
    path("arrivals/accept/", arriving.accept_ticked, name="accept_ticked"),
    path("post/", posting.post_page, name="post"),
    path("post/make/", posting.make_list, name="make_list"),
    path("post/<uuid:list_id>/", posting.list_page, name="post_list"),
    path("post/<uuid:list_id>.pdf", posting.list_pdf, name="post_list_pdf"),
    path("post/<uuid:list_id>/do/<slug:name>/", posting.list_act, name="post_list_act"),
    path("lists/", lists.lists, name="lists"),
    path("search/", lists.search, name="search"),
    path("agency-options/", joint.agency_options, name="agency_options"),
    path("register/", papers.register, name="register"),
    path("hand-over/", papers.hand_over, name="hand_over"),
    path("result-list/", papers.result_list, name="result_list"),
    path("dossiers/<uuid:dossier_id>/", dossier.dossier_page, name="dossier"),
    path("dossiers/<uuid:dossier_id>/do/<slug:name>/", dossier.act, name="act"),
    path("dossiers/<uuid:dossier_id>/papers/<int:paper_id>.pdf", papers.paper, name="paper"),
    path("dossiers/<uuid:dossier_id>/group.pdf", papers.group_slip, name="group_slip"),
    path("dossiers/<uuid:dossier_id>/control.pdf", papers.control, name="control"),
    path("dossiers/<uuid:dossier_id>/delivery.pdf", papers.delivery, name="delivery"),
    path("dossiers/<uuid:dossier_id>/reveal/", revealing.reveal, name="reveal"),
    path("dossiers/<uuid:dossier_id>/files/<int:attachment_id>/", dossier.attachment, name="attachment"),
    path("track/", track.track, name="track"),
]
