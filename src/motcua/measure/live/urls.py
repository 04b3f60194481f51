"""Routes of the live index."""

from django.urls import path

from motcua.measure.live import views

app_name = "live"
urlpatterns = [
    path("live-index/", views.board, name="board"),
    path("live-index/compute/", views.compute, name="compute"),
    path("live-index/entered/", views.entered, name="entered"),
    path("live-index/<str:unit>/", views.unit, name="unit"),
]
