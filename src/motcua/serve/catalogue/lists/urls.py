"""Routes of the lists and of posting; they stand before a procedure's own, whose code may be any text."""

from django.urls import path

from motcua.serve.catalogue.lists import views

urlpatterns = [
    path("procedures/lists/", views.procedure_lists, name="procedure_lists"),
    path("posting/", views.posting, name="posting"),
    path("posting/<str:field>.pdf", views.posting_paper, name="posting_paper"),
    path("posting/<str:field>/", views.posting_field, name="posting_field"),
]
