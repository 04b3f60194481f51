"""Routes of accounts."""

from django.urls import path

from motcua.record.accounts import client_views, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.set_password, name="set_password"),
    path("me/", views.me, name="me"),
    path("me/sessions/end/", views.end_session, name="end_session"),
    path("me/post/", views.choose_post, name="choose_post"),
    path("sign-ins/", views.sign_ins, name="sign_ins"),
    path("people/<int:person_id>/account/", views.account_action, name="account_action"),
    path("clients/", client_views.clients, name="clients"),
]
