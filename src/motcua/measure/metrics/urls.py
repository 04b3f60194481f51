"""Routes of figures."""

from django.urls import path

from motcua.measure.metrics import views

app_name = "metrics"
urlpatterns = [
    path("figures/dossiers/", views.dossiers, name="dossiers"),
]
