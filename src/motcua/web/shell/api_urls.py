"""Routes of the API."""

from motcua.web.shell.api import api

urlpatterns = api.urls[0]
app_name = "api-1"
