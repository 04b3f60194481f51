"""Routes of the live index."""

from django.urls import path

from motcua.measure.live import firmness_views, views, what_if_views

app_name = "live"
urlpatterns = [
    path("live-index/", views.board, name="board"),
    path("live-index/compute/", views.compute, name="compute"),
    path("live-index/entered/", views.entered, name="entered"),
    path("live-index/firmness/", firmness_views.firmness, name="firmness"),
    path("live-index/firmness/work-out/", firmness_views.ask, name="firmness_ask"),
    path("live-index/firmness/moves/", firmness_views.moves, name="firmness_moves"),
    path("live-index/<str:unit>/", views.unit, name="unit"),
    path("live-index/<str:unit>/what-if/", what_if_views.what_if, name="what_if"),
]
