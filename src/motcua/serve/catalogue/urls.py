"""Routes of the catalogue."""

from django.urls import include, path

from motcua.serve.catalogue import draft_views, import_views, views

app_name = "catalogue"
urlpatterns = [
    path("", include("motcua.serve.catalogue.lists.urls")),
    path("procedures/", views.procedure_list, name="procedure_list"),
    path("procedures/options/", views.options, name="options"),
    path("procedures/<str:code>/", views.procedure, name="procedure"),
    path("procedures/<str:code>/compare/", views.compare, name="compare"),
    path("catalogue/", views.record_list, name="record_list"),
    path("catalogue/import/", import_views.import_catalogue, name="import"),
    path("catalogue/import/<uuid:import_id>/", import_views.import_preview, name="import_preview"),
    path("catalogue/procedures/<str:code>/", views.record, name="record"),
    path("catalogue/procedures/<str:code>/draft/", draft_views.draft, name="draft"),
    path("catalogue/procedures/<str:code>/draft/discard/", draft_views.discard, name="draft_discard"),
    path("", include("motcua.serve.catalogue.processes.urls")),
    path("", include("motcua.serve.catalogue.publication.urls")),
    path("", include("motcua.serve.catalogue.review.urls")),
]
