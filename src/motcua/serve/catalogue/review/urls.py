"""Routes of reviews, in the catalogue's name space."""

from django.urls import path

from motcua.serve.catalogue.review import views

urlpatterns = [
    path("reviews/", views.reviews, name="reviews"),
    path("reviews/<uuid:review_id>/", views.review, name="review"),
    path("reviews/<uuid:review_id>/act/<slug:name>/", views.review_act, name="review_act"),
]
