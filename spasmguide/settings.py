"""All settings, each read from the environment or ``.env`` with a safe default.

Production is the default: only developers and tests say ``DEBUG=true``. Every variable stands in
``.env.example``. What only the clinic knows (its name, phones, country) is a row in ``clinic``.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

DEBUG = env.bool("DEBUG", False)

# Everything that this copy of the site writes lies under one folder, so that a backup is a copy of it.
DATA_DIR = Path(env.str("DATA_DIR", "") or BASE_DIR / "data").resolve()


def secret_key() -> str:
    """Return the key from the environment, or from the file that ``bin/serve`` made."""
    if key := env.str("SECRET_KEY", ""):
        return key
    if DEBUG:
        return "for development only, never for patients"
    try:
        return (DATA_DIR / "secret-key").read_text().strip()
    except OSError as error:
        message = "Set SECRET_KEY, or start the site with bin/serve, which makes one."
        raise ImproperlyConfigured(message) from error


SECRET_KEY = secret_key()

# Where patients find the site. ``https`` here switches on secure cookies and HSTS.
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    message = "SITE_URL must be a full address, like https://backs.example.org"
    raise ImproperlyConfigured(message)
HTTPS = _site.scheme == "https"

ALLOWED_HOSTS = [
    _site.hostname,
    "127.0.0.1",
    "localhost",
    "[::1]",
    *env.list("ALLOWED_HOSTS", [], subcast=str.strip),
]

INSTALLED_APPS = [
    "education.staff",
    "education.clinic",
    "education.editorial",
    "education.desk",
    "education.spine",
    "education.urgency",
    "education.articles",
    "education.checklists",
    "education.checker",
    "education.library",
    "spasmguide.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "spasmguide.middleware.PublicPages",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "spasmguide.middleware.ClinicAndLanguage",
    "education.staff.second_step.SecondStep",
]

ROOT_URLCONF = "spasmguide.urls"
WSGI_APPLICATION = "spasmguide.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "spasmguide.context.site",
            ],
        },
    },
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "guide"
CRISPY_TEMPLATE_PACK = "guide"
CRISPY_FAIL_SILENTLY = False

# Database

DATABASE_URL = env.str("DATABASE_URL", "")
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=60)
    if DATABASE_URL
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_DIR / "db.sqlite3", "CONN_MAX_AGE": 60}
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A write takes its lock at once and waits its turn; readers never wait. Without this, four
    # workers writing together lose most of their writes to 'database is locked'.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": ("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;"),
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # PostgreSQL would compile the one long statement of the desk anew each time: a second for nothing.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Staff accounts

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["education.staff.backend.NameAndPassword"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# Days in which somebody who may publish can still sign in with a password alone.
SECOND_STEP_GRACE_DAYS = env.int("SECOND_STEP_GRACE_DAYS", 14)

# One-time codes, passkeys and recovery codes are django-allauth's. Nobody can sign up, and it sends no mail.
ACCOUNT_ADAPTER = "education.staff.adapters.AccountAdapter"
ACCOUNT_FORMS = {"reauthenticate": "education.staff.forms.AgainForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# A second lock, by address and process; the first one, by name, is in staff/lockout.py.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,30/5m/key",
    "reauthenticate": "30/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
MFA_ADAPTER = "education.staff.adapters.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "education.staff.forms.CodeForm",
    "reauthenticate": "education.staff.forms.CodeAgainForm",
    "login_webauthn": "education.staff.forms.PasskeySignInForm",
    "authenticate_webauthn": "education.staff.forms.PasskeyForm",
    "reauthenticate_webauthn": "education.staff.forms.PasskeyAgainForm",
    "add_webauthn": "education.staff.forms.NewPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey is two steps in one
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # codes before and after, for clocks that differ by up to half a minute
MFA_RECOVERY_CODES_SHOW_ONCE = True

# Languages. Which of them patients see, and which comes first, the clinic says in its settings.

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
# A new clinic starts in one of these: the languages in which the starter library is complete.
STARTER_LANGUAGES = ["en"]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"  # the clinic's own zone is switched on for each request
USE_TZ = True

# Files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "spasmguide.stylesheet.StylesheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
# A post larger than this is refused before it is read into memory; uploads have their own check.
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a glossary of 700 words

# Security and privacy

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Only staff pages use cookies, so no cookie is ever sent with a patient's request.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
SESSION_ENGINE = "education.staff.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: a working day
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "education.desk.kept_words.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if HTTPS:
    SECURE_SSL_REDIRECT = env.bool("HTTPS_REDIRECT", True)
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 365 * 24 * 60 * 60)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", False)
    SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
    # The proxy in front must set this header itself, as docs/hosting.md shows.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [f"https://{_site.netloc}"]

# E-mail to staff, never to patients. Without a host none is sent.

EMAIL_HOST = env.str("EMAIL_HOST", "")
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", False)
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True) and not EMAIL_USE_SSL  # a server wants one of them
EMAIL_TIMEOUT = 10  # seconds that somebody who pressed a button waits at most
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "") or f"SpasmGuide <spasmguide@{_site.hostname}>"

# Log lines name the path and never what was sent: answers are health data.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"keys": {"()": "spasmguide.secrets_in_paths.WithoutKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keys"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING").upper()},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
