"""Routes of publication, in the catalogue's name space."""

from django.urls import path

from motcua.serve.catalogue.publication import setting_views, views

urlpatterns = [
    path("publication/", views.publications, name="publications"),
    path("publication/shares/", views.publication_shares, name="publication_shares"),
    path("publication/settings/", setting_views.publication_settings, name="publication_settings"),
    path("publication/offerings/", setting_views.offerings, name="offerings"),
    path("publication/<uuid:decision_id>/", views.publication, name="publication"),
    path("publication/<uuid:decision_id>/act/<slug:name>/", views.publication_act, name="publication_act"),
]
