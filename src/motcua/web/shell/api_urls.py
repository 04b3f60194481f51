"""Routes of the API."""

urlpatterns: list[object] = []
