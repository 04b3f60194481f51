"""Routes of assessment: rounds for the staff, rankings for everybody."""

from django.urls import path

from motcua.measure.assessment.views import awaiting, documents, entering, firmness, public, rounds, standing, supposing

app_name = "assessment"
urlpatterns = [
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/mine/", awaiting.mine, name="mine"),
    path("rounds/mine/short/", awaiting.mine_short, name="mine_short"),
    path("rounds/<uuid:round_id>/", rounds.round_page, name="round"),
    path("rounds/<uuid:round_id>/decision.docx", documents.decision, name="decision"),
    path("rounds/<uuid:round_id>/board/", rounds.board, name="board"),
    path("rounds/<uuid:round_id>/do/<slug:name>/", rounds.act, name="act"),
    path("rounds/units/<uuid:member_id>/", entering.unit, name="unit"),
    path("rounds/units/<uuid:member_id>/do/<slug:name>/", entering.unit_act, name="unit_act"),
    path("rounds/units/<uuid:member_id>/score/<str:code>/", entering.derivation, name="derivation"),
    path("rounds/units/<uuid:member_id>/what-if/", supposing.what_if, name="what_if"),
    path("rounds/groups/<uuid:group_id>/firmness/", firmness.firmness, name="firmness"),
    path("rounds/groups/<uuid:group_id>/firmness/work-out/", firmness.ask, name="firmness_ask"),
    path("rounds/groups/<uuid:group_id>/firmness/moves/", firmness.moves, name="firmness_moves"),
    path("rounds/groups/<uuid:group_id>/<str:code>/", entering.leaf, name="leaf"),
    path("rounds/evidence/<uuid:evidence_id>/", entering.evidence, name="evidence"),
    path("standing/", standing.standing, name="standing"),
    path("standing/load/", standing.load, name="standing_load"),
    path("rankings/", public.rankings, name="rankings"),
    path("rankings/<uuid:round_id>/", public.ranking, name="ranking"),
    path("rankings/<uuid:round_id>/data.<str:kind>", public.data, name="data"),
    path("rankings/<uuid:round_id>/slides/", documents.slides, name="slides"),
    path("rankings/<uuid:round_id>/<str:code>/", public.card, name="card"),
    path("rankings/<uuid:round_id>/<str:code>/card.pdf", documents.card_pdf, name="card_pdf"),
]
