"""Settings: one place, safe defaults; production refuses to start on an unsafe one.

Read from the environment: MOTCUA_HOME (the data folder), MOTCUA_DATABASE_URL (the owner's URL),
MOTCUA_APP_DATABASE_URL (the application's own login, optional), MOTCUA_AS_OWNER (migrations only),
MOTCUA_DEMO, MOTCUA_HOSTS, MOTCUA_PUBLIC_URL, MOTCUA_DATASETS.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import motcua
from motcua.formats.datafiles import datasets_folder

SOURCE = Path(motcua.__file__).resolve().parent
CHECKOUT = SOURCE.parent.parent
HOME = Path(os.environ.get("MOTCUA_HOME", "var")).resolve()
DATASETS = datasets_folder()
DEMO = os.environ.get("MOTCUA_DEMO", "") == "1"
PUBLIC_URL = os.environ.get("MOTCUA_PUBLIC_URL", "http://127.0.0.1:8000")
HTTPS = PUBLIC_URL.startswith("https://")

# Stands where no key was made yet; the web server refuses to start on it.
NO_KEY = "not-yet-set-up"

# The role that web and worker use: it may insert and select in the ledger, nothing else.
APP_ROLE = "motcua_app"


def _secret_key() -> str:
    """The installation's key: from the environment, else the file that the launcher made in the home."""
    if key := os.environ.get("MOTCUA_SECRET_KEY"):
        return key
    path = HOME / "secret_key"
    return path.read_text().strip() if path.is_file() else NO_KEY


def _database() -> dict[str, object]:
    """Django's settings for the database that the environment names, as the application's role."""
    as_owner = os.environ.get("MOTCUA_AS_OWNER") == "1"
    own_login = os.environ.get("MOTCUA_APP_DATABASE_URL")
    url = urlsplit((not as_owner and own_login) or os.environ.get("MOTCUA_DATABASE_URL", "postgresql:///motcua"))
    options: dict[str, object] = dict(parse_qsl(url.query))
    if not as_owner and not own_login:
        options["options"] = f"-c role={APP_ROLE}"
    host = options.pop("host", None) or unquote(url.hostname or "")
    if not as_owner and os.environ.get("MOTCUA_POOL", "1") == "1":
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")) or "motcua",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or options.pop("port", "") or ""),
        "OPTIONS": options,
        "TEST": {"NAME": os.environ.get("MOTCUA_TEST_DATABASE") or None},
    }


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("MOTCUA_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if HTTPS else []
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "ninja",
    "axes",
    "motcua.record.ledger",
    "motcua.record.organisation",
    "motcua.record.accounts",
    "motcua.record.series",
    "motcua.serve.forms",
    "motcua.serve.catalogue",
    "motcua.serve.dossiers",
    "motcua.measure.metrics",
    "motcua.measure.firmness",
    "motcua.measure.dashboards",
    "motcua.measure.reports",
    "motcua.measure.live",
    "motcua.measure.assessment",
    "motcua.web.shell",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "motcua.record.accounts.middleware.SessionLimitsMiddleware",
    "motcua.web.shell.middleware.PolicyMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "motcua.web.urls"
WSGI_APPLICATION = "motcua.web.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SOURCE / "web" / "shell" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "motcua.web.shell.context_processors.shell",
            ],
        },
    }
]
COTTON_DIR = "cotton"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "shell:start"
LOGOUT_REDIRECT_URL = "shell:home"

# Lock-out: five failures of one account from one address close the door for fifteen minutes.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
# An attempt at a closed door does not close it for longer: the minutes on the page are the minutes left.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_CALLABLE = "motcua.record.accounts.views.locked_out"
AXES_VERBOSE = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "motcua.web.shell.views.csrf_failure"
SESSION_IDLE_MINUTES = int(os.environ.get("MOTCUA_SESSION_IDLE_MINUTES", "60"))
SESSION_LONGEST_HOURS = 12
SESSIONS_PER_USER = 3
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Uploads: outside the web root, under random names, checked by content.
UPLOADS = HOME / "uploads"
UPLOAD_LIMIT_BYTES = 20 * 1024 * 1024
REQUEST_LIMIT_BYTES = 64 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A form of 200 fields in the editor has 14 inputs each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"motcua": {"level": "INFO"}},
}

PROCRASTINATE_ON_APP_READY = None
