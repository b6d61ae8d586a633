"""Django's own settings, derived from `settings`; nothing here reads the environment."""

from __future__ import annotations

import hashlib
from pathlib import Path

from simpul.entrypoints import settings as simpul_settings

SIMPUL = simpul_settings.read()
_PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = hashlib.sha256(b"django" + simpul_settings.secret(SIMPUL)).hexdigest()
DEBUG = SIMPUL.debug
ALLOWED_HOSTS = [host.strip() for host in SIMPUL.allowed_hosts.split(",") if host.strip()]
CSRF_TRUSTED_ORIGINS = [SIMPUL.public_url]
ROOT_URLCONF = "simpul.entrypoints.urls"
AUTH_USER_MODEL = "government.Account"
LOGIN_URL = "/masuk/"
LOGIN_REDIRECT_URL = "/kotak-masuk/"
LOGOUT_REDIRECT_URL = "/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

# Ours before Django's: where two translate the same words, the first one is heard.
INSTALLED_APPS = [
    "simpul.web",
    "simpul.government",
    "simpul.desk",
    "simpul.city",
    "simpul.indicators",
    "simpul.programme",
    "simpul.evaluation",
    "simpul.insight",
    "simpul.entrypoints",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "simpul.web.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "simpul.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "simpul.web.middleware.Problems",
    "simpul.government.middleware.Visitor",
    "simpul.web.middleware.Zone",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "simpul.web.context.shell",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": SIMPUL.office_db,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    },
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = SIMPUL.language
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "bahasa"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
# Off, so that years, keys and attributes stay as they are; {{ x|number }} writes numbers.
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = SIMPUL.static
# Once `simpul migrate` has collected them, files carry hashed names and may be kept for ever;
# before that, in tests and while building, they come from the rooms as they are.
COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
_HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _HASHED if COLLECTED else _PLAIN},
}
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["png", "webp", "woff2", "pmtiles", "gz", "br"]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SIMPUL.public_url.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_FAILURE_VIEW = "simpul.web.problems.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "simpul.entrypoints.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # What a visitor did wrong is answered, not logged: 404 and the like, and other host names.
    "loggers": {
        "simpul": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
