"""Settings of the site. Every one that may differ between machines is an environment variable.

The variables are documented in `docs/reference/settings.md`; a test keeps the two together.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import gettempdir

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.conf.locale import LANG_INFO

from geomatch.core import translation
from geomatch.core.yes_no import is_yes
from geomatch.db.libraries import gdal_library, geos_library, spatialite_library
from geomatch.keys import load_keys
from geomatch.private import private_folder


def flag(name: str, *, default: bool = False) -> bool:
    """Read a yes/no environment variable."""
    return is_yes(os.environ.get(name, str(default)))


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated environment variable."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


BASE_DIR = Path(__file__).resolve().parent.parent
HOME = private_folder(Path(os.environ.get("GEOMATCH_HOME", BASE_DIR / "var")))
DEBUG = flag("GEOMATCH_DEBUG")
KEYS = load_keys(HOME)
SECRET_KEY = KEYS.secret
SALT_KEY = KEYS.field_key  # django-fernet-encrypted-fields derives its key from this

ALLOWED_HOSTS = [*words("GEOMATCH_HOSTS"), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = words("GEOMATCH_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.humanize",
    "geomatch.site",  # before allauth: its templates and ours have the same names
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "maps",
    "pods",
    "geomatch.matching",
    "geomatch.network",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "geomatch.site.shell.no_store.keep_nothing",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "geomatch.site.shell.language.speak_their_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "geomatch.site.shell.busy.BusyMiddleware",
]

ROOT_URLCONF = "geomatch.urls"
WSGI_APPLICATION = "geomatch.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "geomatch.site.shell.navigation.navigation",
                "geomatch.site.shell.language.languages",
            ],
            "builtins": ["django.templatetags.i18n"],  # every page has words to translate
        },
    }
]

# --- database: one SpatiaLite file unless DATABASE_URL names a server ------------------------

dj_database_url.register("spatialite", "geomatch.db.spatialite")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # what runs and their pages tell each other; Django makes the folder 0700, and its files 0600
    "signs": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME / "signs",
        "TIMEOUT": 7 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

DATABASES = {
    "default": dj_database_url.config(
        default=f"spatialite:///{HOME / 'geomatch.sqlite3'}", conn_max_age=60
    )
}
LOCK_PATIENCE_S = 60  # how long a writer waits for another; a large import takes some
if DATABASES["default"]["ENGINE"] == "django.contrib.gis.db.backends.postgis":
    # PostgreSQL would wait for ever, and so would whoever saves.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", f"-c lock_timeout={LOCK_PATIENCE_S}s"
    )
if DATABASES["default"]["ENGINE"] == "geomatch.db.spatialite":
    DATABASES["default"] |= {
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            # Plain BEGIN lets two writers deadlock; IMMEDIATE makes the second one wait.
            "transaction_mode": "IMMEDIATE",
            "timeout": LOCK_PATIENCE_S,
            # What somebody was told is saved outlives a power cut (on a Mac too: fullfsync), and
            # what they deleted is overwritten.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
            "PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON; PRAGMA secure_delete=ON;",
        },
        # A file, so that a browser's requests can run side by side; its own for every test process.
        "TEST": {"NAME": str(Path(gettempdir()) / f"geomatch-test-{os.getpid()}.sqlite3")},
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
GDAL_LIBRARY_PATH = gdal_library()
GEOS_LIBRARY_PATH = geos_library()
SPATIALITE_LIBRARY_PATH = spatialite_library()

HTTPS = flag("GEOMATCH_HTTPS")

# --- signing in ------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "geomatch.site.shell.accounts.ClosedSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# Browsers make passkeys only for a site that is asked over https.
MFA_SUPPORTED_TYPES = [*(["webauthn"] if HTTPS else []), "totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Geomatch"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours: a tired person waits a quarter of an hour, a guesser gives up
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "429.html"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

# --- browsers --------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked on loopback, by the container itself
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
BEHIND_PROXY = flag("GEOMATCH_BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies in front add the address they were asked from to X-Forwarded-For. No such header
# is believed unless this says so: anybody can send one.
PROXIES = int(os.environ.get("GEOMATCH_PROXIES", "0"))
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

# --- static files, uploads, languages --------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True  # no collectstatic: the files are served where they lie
private_folder(STATIC_ROOT)
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
UPLOAD_LIMIT_BYTES = 50 * 2**20
FILE_UPLOAD_PERMISSIONS = 0o600
# An upload too large for memory lies open while it arrives: where nobody else may look.
FILE_UPLOAD_TEMP_DIR = HOME / "open"
private_folder(FILE_UPLOAD_TEMP_DIR)
LANGUAGE_CODE = "en"
LANGUAGES = list(translation.LANGUAGES.items())
LOCALE_PATHS = [translation.LOCALE]
FORMAT_MODULE_PATH = "geomatch.formats"
# Django has no Tagalog of its own.
LANG_INFO.setdefault(
    "tl", {"bidi": False, "code": "tl", "name": "Tagalog", "name_local": "Tagalog"}
)
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = os.environ.get("GEOMATCH_TIME_ZONE", "America/Juneau")
USE_TZ = True

# --- background work: rows in the database, so a laptop needs no other service ----------------

TASKS = {
    "default": {
        "BACKEND": os.environ.get("GEOMATCH_TASKS", "django_tasks_db.DatabaseBackend"),
        "QUEUES": [],
    }
}

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if os.environ.get("GEOMATCH_EMAIL_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = os.environ["GEOMATCH_EMAIL_HOST"]
    EMAIL_PORT = int(os.environ.get("GEOMATCH_EMAIL_PORT", "587"))
    EMAIL_HOST_USER = os.environ.get("GEOMATCH_EMAIL_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("GEOMATCH_EMAIL_PASSWORD", "")
    EMAIL_USE_TLS = True
DEFAULT_FROM_EMAIL = os.environ.get("GEOMATCH_EMAIL_FROM", "geomatch@localhost")

# Request lines hold no address (they are POSTed), but tracebacks could: DEBUG stays off, and
# nothing below ERROR is written.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "axes": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
