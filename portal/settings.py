"""Settings, all from the environment; the defaults are those of a development checkout.

``PORTAL_DATA`` (``var/``) holds the database, the embedded Valkey's socket and the secret key of a checkout. A production
installation sets ``PORTAL_PRODUCTION=1``, ``SECRET_KEY``, ``ALLOWED_HOSTS``, ``DATABASE_URL`` and ``REDIS_URL``.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal import logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PORTAL_DATA = Path(env.str("PORTAL_DATA", default=str(BASE_DIR / "var"))).resolve()
PORTAL_DEMO: bool = env.bool("PORTAL_DEMO", default=False)
PORTAL_PRODUCTION: bool = env.bool("PORTAL_PRODUCTION", default=False)
DEBUG = False


def _kept_secret(name: str) -> str:
    """Return a secret of this checkout, made whole at the first start and readable by its owner only."""
    path = PORTAL_DATA / name
    if not path.exists():
        PORTAL_DATA.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=PORTAL_DATA) as draft, suppress(FileExistsError):
            draft.write(secrets.token_urlsafe(50))
            draft.flush()
            os.link(draft.name, path)
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY") if PORTAL_PRODUCTION else env.str("SECRET_KEY", default="") or _kept_secret("secret-key")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[] if PORTAL_PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_include_bootstrap",
    "lucide",
    "template_partials",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_otp_webauthn",
    "portal",
    "portal.platforms",
    "portal.access",
    "portal.audit",
    "portal.directory",
    "portal.jobs",
    "portal.service",
    "portal.cdrs",
    "portal.ui",
    "portal.console",
    "accounts_app",
    "gateways_app",
    "billing_app",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.access.middleware.RequestIdMiddleware",
    "portal.access.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.access.middleware.LogInMiddleware",
    "portal.access.middleware.LoginRequiredMiddleware",
    "portal.access.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.ui.middleware.FaultMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.access.notices.context",
                "portal.ui.context.chrome",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-20000;",
}
DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{PORTAL_DATA / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = _SQLITE
    PORTAL_DATA.mkdir(parents=True, exist_ok=True)
else:
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL", default=f"unix://{PORTAL_DATA / 'valkey.sock'}")

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_IMPORTS = ["portal.service.mirror_tasks"]
# Each kind of background work has workers of its own, so that a month of CDRs never holds up what people wait for; a worker
# without -Q takes all of them. What names no queue is live.
CELERY_TASK_QUEUES = {name: {"exchange": name, "routing_key": name} for name in ("live", "history", "export")}
CELERY_TASK_DEFAULT_QUEUE = "live"
CELERY_TASK_ROUTES = {"portal.cdrs.tasks.*": {"queue": "history"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than a piece of a job takes: what is not answered for so long is handed to another worker.
    "visibility_timeout": 600,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    # A broker that stands still holds nobody up; a worker waits for no longer than a second at once.
    "socket_timeout": 2,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_BEAT_SCHEDULE_FILENAME = str(PORTAL_DATA / "beat-schedule")
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "settle-open-operations": {"task": "portal.service.tasks.settle_open", "schedule": 30.0},
    "carry-on-transfers": {"task": "portal.service.tasks.carry_on_transfers", "schedule": 30.0},
    "archive-audit": {"task": "portal.audit.tasks.archive_old", "schedule": 24 * 3600.0},
    "close-log-ins": {"task": "portal.access.tasks.close_log_ins", "schedule": 300.0},
    "sweep-jobs": {"task": "portal.jobs.tasks.sweep", "schedule": 30.0},
    "plan-collections": {"task": "portal.cdrs.tasks.plan", "schedule": 60.0},
    "tidy-store": {"task": "portal.cdrs.tasks.tidy", "schedule": 3600.0},
    "send-reports": {"task": "billing_app.tasks.send_due", "schedule": 60.0},
    "refresh-directories": {"task": "portal.service.tasks.refresh_all", "schedule": env.float("PORTAL_REFRESH_SECONDS", default=600.0)},
}

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "portal.access.backends.PortalBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # names are unique whatever their case, by a constraint that this check does not look at
    "axes.W002",  # views show the page of a lock themselves, in the reader's language
    "security.W005",  # other names of the domain are the operator's to promise: SECURE_HSTS_INCLUDE_SUBDOMAINS
    "security.W021",  # likewise the browsers' own list: SECURE_HSTS_PRELOAD
]
LOGIN_URL = "access:log-in"
LOGIN_REDIRECT_URL = "home"

# Whether people whose role needs a second factor must set one up before anything else.
SECOND_FACTOR_REQUIRED: bool = env.bool("SECOND_FACTOR_REQUIRED", default=not PORTAL_DEMO)
# A log-in ends after this long without a person, and after this long whatever they do; a password lasts this long in sudo mode.
LOG_IN_IDLE_MINUTES: int = env.int("LOG_IN_IDLE_MINUTES", default=30)
LOG_IN_HOURS: int = env.int("LOG_IN_HOURS", default=12)
SUDO_MINUTES: int = env.int("SUDO_MINUTES", default=10)
# Networks of our own proxies, such as 10.0.0.0/8: only what they say of where a request came from is believed.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", default=[])
OTP_TOTP_ISSUER = env.str("PORTAL_NAME", default="VOS3000 Portal")
OTP_WEBAUTHN_RP_NAME = OTP_TOTP_ISSUER
OTP_WEBAUTHN_HELPER_CLASS = "portal.access.passkeys.Passkeys"
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
# For the check of the package alone: a passkey belongs to the host, and the origin is that of the request (portal.access.passkeys).
OTP_WEBAUTHN_RP_ID = "localhost"
OTP_WEBAUTHN_ALLOWED_ORIGINS = ["http://localhost"]
AXES_HANDLER = "portal.access.lockout.Attempts"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT: int = env.int("LOG_IN_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOG_IN_LOCK_MINUTES", default=15))
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "portal.access.lockout.counted_name"
AXES_CLIENT_IP_CALLABLE = "portal.access.addresses.house_of"
# Whoever came in, and failed to, stands in the audit.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = AXES_ENABLE_ADMIN = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = PORTAL_DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "portal.ui.storage.HashedFiles" if PORTAL_PRODUCTION else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PORTAL_PRODUCTION
WHITENOISE_KEEP_ONLY_HASHED_FILES = PORTAL_PRODUCTION

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = LOG_IN_HOURS * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.ui.faults.csrf_failure"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if PORTAL_PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
    # A browser takes such a cookie only over HTTPS and from this very host, not from a sibling of it.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-language"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 24 * 1024 * 1024

# Seconds after sending before an unfound payment may be taken for not booked, and between the two readings it needs.
SETTLE_GRACE_SECONDS: int = env.int("SETTLE_GRACE_SECONDS", default=120)
SETTLE_READING_GAP_SECONDS: int = env.int("SETTLE_READING_GAP_SECONDS", default=60)

# The key under which the rows of the audit are sealed; whoever has it and the database can rewrite history.
AUDIT_KEY = env.str("AUDIT_KEY") if PORTAL_PRODUCTION else env.str("AUDIT_KEY", default="") or _kept_secret("audit-key")
AUDIT_CHECKPOINTS = Path(env.str("AUDIT_CHECKPOINTS", default=str(PORTAL_DATA / "audit-checkpoints")))
AUDIT_ARCHIVE = Path(env.str("AUDIT_ARCHIVE", default=str(PORTAL_DATA / "audit-archive")))
# Days that rows stay in the database before they move to an archive; 0 keeps them for good.
AUDIT_KEEP_DAYS: int = env.int("AUDIT_KEEP_DAYS", default=0)
# Whether agents who read what staff did to their tree see "Staff" in the place of a name.
AUDIT_HIDES_STAFF_NAMES: bool = env.bool("AUDIT_HIDES_STAFF_NAMES", default=True)

# Where CDRs, reports and exports are kept: a folder, or s3://bucket/prefix (its credentials and endpoint are boto3's own: AWS_...).
CDR_STORE: str = env.str("CDR_STORE", default=str(PORTAL_DATA / "store"))
# On this machine's disk: answers on their way, copies of a bucket's files, what DuckDB cannot hold in memory.
CDR_SCRATCH: str = env.str("CDR_SCRATCH", default=str(PORTAL_DATA / "scratch"))
# How many bytes of a bucket's files are kept as copies on this machine.
CDR_CACHE_BYTES: int = env.int("CDR_CACHE_BYTES", default=20 * 1024**3)
# What one process's questions may hold in memory, and how many threads answer them.
CDR_MEMORY: str = env.str("CDR_MEMORY", default="256MB")
CDR_THREADS: int = env.int("CDR_THREADS", default=2)

# How mail leaves: smtp+tls://user:password@host:587; without it mail is written to a folder, for development.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH: str = str(PORTAL_DATA / "mail")
vars().update(env.email_url("EMAIL_URL") if "EMAIL_URL" in os.environ else {})
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="portal@localhost")
# Where the links in mails lead; without it none is sent.
PORTAL_URL: str = env.str("PORTAL_URL", default="")

LOGGING = logs.configuration(as_json=PORTAL_PRODUCTION, level=env.str("LOG_LEVEL", default="INFO"))
