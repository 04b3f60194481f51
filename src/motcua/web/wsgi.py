"""What granian serves."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.web.settings")
if settings.SECRET_KEY == settings.NO_KEY:
    raise ImproperlyConfigured("no secret key: run `motcua setup`, or set MOTCUA_SECRET_KEY")
application = get_wsgi_application()
