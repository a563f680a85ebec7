"""Django's settings. What an administrator may change comes from `hamdel.environment`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from hamdel import environment

ROOT = Path(__file__).parent


def present(module: str) -> bool:
    """Tell whether a slice has this module yet: a slice appears when its first real feature does."""
    path = ROOT.parent.joinpath(*module.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


DEBUG = bool(environment.value("HAMDEL_DEBUG"))
SECRET_KEY = environment.value("HAMDEL_SECRET_KEY") or environment.kept_secret("signing_key")
ALLOWED_HOSTS = environment.value("HAMDEL_HOSTS").split(",")
PUBLIC_URL = environment.value("HAMDEL_URL").rstrip("/")
API_PER_MINUTE = int(environment.value("HAMDEL_API_PER_MINUTE"))
OVER_HTTPS = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

# Bottom first: a slice may import only those above it in this list (import-linter checks the same order).
SLICES = [
    "hamdel.ground.workspaces",
    "hamdel.ground.audit",
    "hamdel.ground.access",
    "hamdel.ground.facts",
    "hamdel.ground.rules",
    "hamdel.ground.jobs",
    "hamdel.ground.files",
    "hamdel.ground.secrets",
    "hamdel.ui",
    "hamdel.know.customers",
    "hamdel.know.segments",
    "hamdel.listen.events",
    "hamdel.act.contacts",
    "hamdel.act.messages",
    "hamdel.listen.surveys",
    "hamdel.listen.library",
    "hamdel.listen.drafts",
    "hamdel.listen.exchange",
    "hamdel.listen.invitations",
    "hamdel.listen.results",
    "hamdel.listen.widgets",
    "hamdel.listen.feedback",
    "hamdel.listen.sources",
    "hamdel.measure.metrics",
    "hamdel.measure.dashboards",
    "hamdel.act.cases",
    "hamdel.know.forgetting",
    "hamdel.api",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "csp",
    *[name for name in SLICES if present(f"{name}.apps")],
]

MIDDLEWARE = [
    "hamdel.server.headers.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hamdel.ui.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "hamdel.server.addresses.Addresses",
    "hamdel.ui.methods.Methods",
]
MIDDLEWARE = [
    path for path in MIDDLEWARE if not path.startswith("hamdel.") or present(path.rpartition(".")[0])
]

ROOT_URLCONF = "hamdel.urls"
WSGI_APPLICATION = None
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                # Ours first, so that our pages stand in for those of allauth.
                                ("django.template.loaders.filesystem.Loader", [ROOT / "ui" / "templates"]),
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                *(["hamdel.ui.context.shell"] if present("hamdel.ui.context") else []),
            ],
            "builtins": ["template_partials.templatetags.partials", "django.templatetags.i18n"],
        },
    }
]


def database(url: str) -> dict[str, object]:
    """Return Django's entry for a PostgreSQL URL; empty parts stay empty so that a socket works."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": query.get("port", parts.port or ""),
        # A connection that dies with its server is noticed at the next request, not by the visitor.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        # What else the URL says, such as sslmode and time limits, is for the driver.
        "OPTIONS": {name: unquote(said) for name, said in query.items() if name not in {"host", "port"}}
        # Django turns prepared statements off for the whole connection; `ground.statements` asks for them one by one.
        | {"prepare_threshold": 5},
    }


# Filled by `hamdel.cli` (or the tests) once PostgreSQL runs: importing settings must not start a server.
DATABASES = {"default": database("postgresql:///hamdel"), "owner": database("postgresql:///hamdel")}
if environment.value("HAMDEL_POSTGRES_URL"):
    DATABASES["default"] = database(environment.value("HAMDEL_POSTGRES_URL"))
    DATABASES["owner"] = database(
        environment.value("HAMDEL_POSTGRES_OWNER_URL") or environment.value("HAMDEL_POSTGRES_URL")
    )
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "workspaces_cache"}
}

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "hamdel.ground.access.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "hamdel.ground.access.passwords.Uncommon"},
    {"NAME": "hamdel.ground.access.passwords.Unlike", "OPTIONS": {"user_attributes": ("name", "email")}},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "hamdel.ground.access.adapter.MemberAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ALLAUTH_TRUSTED_PROXY_COUNT = int(environment.value("HAMDEL_TRUSTED_PROXIES"))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Hamdel"

SESSION_COOKIE_NAME = "__Host-session" if OVER_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if OVER_HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OVER_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if OVER_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        # Charts carry their colours as attributes of SVG; style attributes are needed in e-mail as well.
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", _("Persian")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_NAME = "language"
# Each slice keeps its own catalogue. This one is also asked before those of allauth and Django, whose Persian
# is now formal, now familiar.
LOCALE_PATHS = [ROOT / "ui" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = environment.home() / "static"

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if environment.value("HAMDEL_EMAIL_URL"):
    _mail = urlsplit(environment.value("HAMDEL_EMAIL_URL"))
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme != "smtps"
    EMAIL_TIMEOUT = 20
    if "@" in EMAIL_HOST_USER:
        DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_HOST_USER
SENDS_MAIL = bool(environment.value("HAMDEL_EMAIL_URL"))

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"procrastinate": {"level": "WARNING"}, "_granian": {"level": "WARNING"}},
}
