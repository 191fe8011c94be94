"""The one settings file. Everything that differs between installations comes from the environment, see README."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from engage.embedded.home import Home
from engage.lib import env, net, secret, server_urls

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Home(env.folder("ENGAGE_HOME", BASE_DIR / "var"))
PROCESS = env.text("ENGAGE_PROCESS")  # web, worker, beat or nothing; set by whoever starts the process
INSTANCE_ID = env.text("ENGAGE_INSTANCE")  # made anew by each bin/start, so that it knows its own web server

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY") or secret.kept_in(HOME.secret_key)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")

# Where it answers
PUBLIC_URL_SET = env.web_origin("PUBLIC_URL")
PUBLIC_URL = PUBLIC_URL_SET or env.web_origin("ENGAGE_ADDRESS") or "http://localhost:8000"
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES", default="127.0.0.0/8, ::1")
WEBHOOK_NETWORKS = env.networks("WEBHOOK_NETWORKS")
INBOUND_DOMAIN = env.host_name("INBOUND_DOMAIN")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS += [urlsplit(PUBLIC_URL).hostname or ""] if PUBLIC_URL_SET else net.own_names()
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ROOT_URLCONF = "engage.urls"
WSGI_APPLICATION = "engage.wsgi.application"

INSTALLED_APPS = [
    "crm.business",
    "crm.rules",
    "crm.contacts",
    "crm.events",
    "crm.catalog",
    "crm.preferences",
    "crm.dialogue",
    "crm.segments",
    "crm.leaving",
    "crm.lists",
    "campaigns.plans",
    "campaigns.channels",
    "campaigns.offers",
    "campaigns.designs",
    "campaigns.surveys",
    "campaigns.proving",
    "campaigns.board",
    "campaigns.polls",
    "campaigns.contests",
    "campaigns.guards",
    "campaigns.broadcasts",
    "campaigns.journeys",
    "engage.dashboard",
    "engage.memory",
    "engage",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "anymail",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "engage.proxies.TrustedProxies",
    "django.middleware.security.SecurityMiddleware",
    "engage.static.static_files",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "engage.languages.Languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "engage.dashboard.shell.frame.frame",
            ],
        },
    },
]

FORM_RENDERER = "engage.dashboard.shell.forms.PaperRenderer"

# Database. Only the web keeps a pool: many threads share few connections there, and a worker's children must not
# inherit a live socket of their parent.
DATABASE_URL = env.text("DATABASE_URL") or HOME.database_url()
DATABASES: dict[str, dict[str, Any]] = {"default": server_urls.database("DATABASE_URL", DATABASE_URL)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"] |= {"application_name": f"engage {PROCESS or 'command'}"}
if PROCESS == "web":
    DATABASES["default"]["ENGINE"] = "engage.lib.queued_postgres"
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 8, "max_size": 24, "timeout": 10}
elif PROCESS == "worker":
    DATABASES["default"]["CONN_MAX_AGE"] = 300
# '' means: listen on the database itself; set it where a pooler in transaction mode stands in between.
LISTEN_DATABASE_URL = env.text("LISTEN_DATABASE_URL")
if LISTEN_DATABASE_URL:
    server_urls.database("LISTEN_DATABASE_URL", LISTEN_DATABASE_URL)
EMBEDDED = [] if env.text("DATABASE_URL") else ["postgres"]  # the servers that we start ourselves
if not (env.text("CELERY_BROKER_URL") and env.text("CACHE_URL")):
    EMBEDDED.append("valkey")
# Seconds after which others take up what a worker had in hand that was killed. No chunk may take as long.
USUAL_LEASES = {"listen": 60, "walk": 60, "speak": 300, "jobs": 60}
LEASES = {belt: env.seconds("BELT_LEASE", usual) for belt, usual in USUAL_LEASES.items()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Broker and cache
BROKER_URL = server_urls.broker("CELERY_BROKER_URL", env.text("CELERY_BROKER_URL") or HOME.broker_url())
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": server_urls.cache("CACHE_URL", env.text("CACHE_URL") or HOME.cache_url()),
        "KEY_PREFIX": "engage",
    }
}

# Mail. `None` is the built-in outbox: what we say to customers is kept as a row, mail to the team lies in the home.
MAIL_SERVER = server_urls.mail_provider("ANYMAIL_PROVIDER", env.text("ANYMAIL_PROVIDER")) or server_urls.mailer(
    "EMAIL_URL", env.text("EMAIL_URL", "outbox://")
)
MAIL_PROVIDER = env.text("ANYMAIL_PROVIDER")
MAILERS = {
    "default": MAIL_SERVER
    or {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": HOME.root / "mail"},
    }
}
ANYMAIL = {name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = f"engage@{urlsplit(PUBLIC_URL).hostname or 'localhost'}"

# The team's accounts
AUTH_USER_MODEL = "crm_business.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "landing"
ACCOUNT_ADAPTER = "engage.accounts.TeamAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "engage.accounts.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Engage"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# What browsers are told
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # engage.proxies removes it when a stranger sends it
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a rule of 500 conditions in its editor
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
}

# Forms. The largest says of a thousand columns of a file what they are: three fields each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3_100
FILE_UPLOAD_HANDLERS = ["engage.lib.uploads.NoFiles"]

# Languages and times
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish")), ("zh-hans", _("Chinese")), ("ar", _("Arabic"))]
SURVEY_WORDS_A_SECOND = 20  # whoever answers faster than that is looked at first; 0: nobody is
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["engage.formats"]
USE_TZ = True
TIME_ZONE = "UTC"

# Static files: ours, and what package.json names, copied by an allow-list into var/vendor.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
VENDOR_ROOT = BASE_DIR / "var" / "vendor"
STATICFILES_DIRS = [BASE_DIR / "static", VENDOR_ROOT]
MEDIA_ROOT = HOME.media
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "engage.static.Storage"},
}

# The REST interface
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["crm.business.bearer.BearerKey"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["engage.lib.rest.parsing.StrictJSON"],
    "DEFAULT_THROTTLE_CLASSES": ["crm.business.bearer.PerKey"],
    "DEFAULT_PAGINATION_CLASS": "engage.lib.rest.paging.Pages",
    "DEFAULT_SCHEMA_CLASS": "engage.lib.rest.schema.Schema",
    "EXCEPTION_HANDLER": "engage.lib.rest.errors.handle",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Engage",
    "DESCRIPTION": "The memory and the voice of a small business.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "IdentityKind": "crm.contacts.models.Identity.Kind",
        "PreferenceKind": "crm.preferences.models.Preference.Kind",
        "ConsentState": "crm.contacts.models.Consent.State",
        "PreferenceState": "crm.preferences.models.Preference.State",
        "ConversationState": "crm.dialogue.models.Conversation.State",
        "MessageState": "crm.dialogue.models.Message.State",
        "BroadcastState": "campaigns.broadcasts.models.Broadcast.State",
        "JourneyState": "campaigns.journeys.models.Journey.State",
        "EnrolmentState": "campaigns.journeys.models.Enrolment.State",
        "SurveyState": "campaigns.surveys.models.Survey.State",
        "ResponseState": "campaigns.surveys.models.Response.State",
        "EnvelopeState": ["waiting", "dead"],
        "TemplateKind": ["letter", "html", "mjml"],
        "DesignKind": ["letter", "designed", "html", "mjml"],
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    # Closed, it is a list of what there is; opened all at once, a browser is busy with it for half a minute.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "defaultModelsExpandDepth": -1},
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# One plain line a record; nothing that names a person is ever passed to a logger.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "engage.lib.discretion.Discreet",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO" if PROCESS else "WARNING"},
    "loggers": {"django": {"handlers": [], "propagate": True}, "django.server": {"handlers": [], "propagate": True}},
}
