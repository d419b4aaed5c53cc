"""Settings of the portal, all from the environment (12-factor). README lists every variable.

A wrong value stops the start with a sentence (see `environment.py`). Nothing here opens a connection.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.settings import environment as env
from portal.settings.logs import LOGGING  # noqa: F401 - a setting
from portal.settings.schedule import beat_schedule

BASE_DIR = Path(__file__).resolve().parent.parent.parent
STATE_DIR = Path(env.text("STATE_DIR", str(BASE_DIR / "var"))).resolve()

# --- Who we are -----------------------------------------------------------------------------------------------------
PORTAL_OWNER = env.text("PORTAL_OWNER", "Cổng dịch vụ công")
PORTAL_AUTHORITY = env.text("PORTAL_AUTHORITY", "Ủy ban nhân dân tỉnh")
PORTAL_CONTACT = env.text("PORTAL_CONTACT", "Trung tâm Phục vụ hành chính công tỉnh")
PORTAL_HOTLINE = env.text("PORTAL_HOTLINE", "1022")
PUBLIC_URL = env.address("PUBLIC_URL", "http://127.0.0.1:8000")
IS_DEMO = env.boolean("PORTAL_IS_DEMO", False)

# --- Security -------------------------------------------------------------------------------------------------------
DEBUG = env.boolean("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", ("127.0.0.1", "localhost"))
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS", (PUBLIC_URL,))
# Only a proxy of ours may speak for the client's scheme and address.
BEHIND_PROXY = env.boolean("BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
IS_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = env.integer("HSTS_SECONDS", 31_536_000 if IS_HTTPS else 0, minimum=0)
SECURE_SSL_REDIRECT = env.boolean("SSL_REDIRECT", False)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_FAILURE_VIEW = "portal.site.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        # Uploaded PDFs are shown in place, in a frame of ours.
        "frame-ancestors": [SELF],
        "form-action": [SELF, *env.listing("PAYMENT_FORM_ACTIONS")],
        "object-src": [NONE],
        "base-uri": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("geolocation", "microphone", "payment", "usb", "gyroscope", "accelerometer", "magnetometer")
}

# --- Applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal.core",
    "portal.accounts",
    "portal.documents",
    "portal.notifications",
    "portal.vault",
    "procedures",
    "payments",
    "dossiers",
    "portal.feedback",
    "portal.site",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_htmx",
    "pgtrigger",
    "widget_tweaks",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.site.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.accounts.middleware.ActorMiddleware",
    "portal.core.middleware.PortalErrorMiddleware",
    "portal.core.middleware.AdminAddressMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.site.furniture.furniture",
            ],
            "builtins": ["portal.core.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.integer("DATABASE_CONN_MAX_AGE", 60, minimum=0)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# PgBouncer in transaction mode cannot keep server-side cursors.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = env.boolean("PGBOUNCER", False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.address("REDIS_URL", schemes=("redis", "rediss", "unix"))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        # A dead cache must fail fast, not hold a web thread.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
}
# The session lives in the cache and in the database, so that a dead Redis signs nobody out for good.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = env.integer("SESSION_HOURS", 12, minimum=1, maximum=720) * 3600

# --- Files ----------------------------------------------------------------------------------------------------------
MEDIA_ROOT = Path(env.text("FILES_DIR", str(STATE_DIR / "files")))
FILE_STORAGE = env.choice("FILE_STORAGE", "local", ("local", "s3"))
_STORED_DOCUMENTS = (
    {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.text("S3_BUCKET"),
            "endpoint_url": env.text("S3_ENDPOINT", "") or None,
            "file_overwrite": False,
            "default_acl": None,
        },
    }
    if FILE_STORAGE == "s3"
    else {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": MEDIA_ROOT}}
)
STORAGES = {
    "default": _STORED_DOCUMENTS,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(STATE_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# nginx hands out protected files itself when it is told where they are (X-Accel-Redirect); blank = Django streams them.
PROTECTED_FILES_LOCATION = env.text("PROTECTED_FILES_LOCATION", "")
UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_MB", 20, minimum=1, maximum=500) * 1_000_000
# ClamAV's daemon over TCP; blank = uploads are not scanned, and every page says so.
CLAMD_HOST = env.text("CLAMD_HOST", "")
CLAMD_PORT = env.integer("CLAMD_PORT", 3310, minimum=1, maximum=65535)
CLAMD_TIMEOUT_SECONDS = env.integer("CLAMD_TIMEOUT_SECONDS", 120, minimum=1, maximum=3000)
# A folder of CA certificates (PEM or DER) that signers of PDFs are checked against; blank = no signer can be proven.
SIGNATURE_TRUST_DIR = env.text("SIGNATURE_TRUST_DIR", "")
# Where signing keys are: a folder that only the portal's own user can read (checked at every use); blank = no key files.
SIGNING_KEYS_DIR = env.text("SIGNING_KEYS_DIR", "")
# The driver of a PKCS#11 token (a .so), and the class of a remote signing service; blank = none.
SIGNING_PKCS11_MODULE = env.text("SIGNING_PKCS11_MODULE", "")
SIGNING_REMOTE_SERVICE = env.text("SIGNING_REMOTE_SERVICE", "")
# A time-stamp authority (RFC 3161); blank = signatures carry the portal's own time only.
SIGNING_TSA_URL = env.optional_address("SIGNING_TSA_URL")
SIGNING_TSA_TIMEOUT_SECONDS = env.integer("SIGNING_TSA_TIMEOUT_SECONDS", 10, minimum=1, maximum=60)
# Nothing is signed while the authority does not answer; false: signed without its stamp, and that is kept.
SIGNING_TSA_REQUIRED = env.boolean("SIGNING_TSA_REQUIRED", True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750

# --- Language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LANGUAGE_COOKIE_NAME = "ngon_ngu"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = ["portal.settings.formats"]

# --- Sign-in --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# E-mail addresses are unique through a constraint on their lower case, which this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "portal.accounts.password_rules.NotLikeTheAccount"},
    {"NAME": "portal.accounts.password_rules.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "portal.accounts.password_rules.NotCommon"},
    {"NAME": "portal.accounts.password_rules.NotOnlyDigits"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "site:after_sign_in"
LOGOUT_REDIRECT_URL = "site:home"
ACCOUNT_ADAPTER = "portal.notifications.account_adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "signup": "portal.accounts.forms.SignupForm",
    "login": "portal.accounts.forms.LoginForm",
    "reset_password": "portal.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "portal.accounts.forms.ResetPasswordKeyForm",
    "change_password": "portal.accounts.forms.ChangePasswordForm",
    "set_password": "portal.accounts.forms.SetPasswordForm",
    "reauthenticate": "portal.accounts.forms.ReauthenticateForm",
    "confirm_email_verification_code": "portal.accounts.forms.ConfirmEmailVerificationCodeForm",
    "add_email": "portal.accounts.forms.AddEmailForm",
}
# One account's failures are counted by django-axes; allauth only slows down one address that tries many accounts.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
AXES_FAILURE_LIMIT = env.integer("SIGN_IN_FAILURE_LIMIT", 8, minimum=1)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_CALLABLE = "portal.accounts.sign_in.attempted_address"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "portal.site.errors.locked_out"
AXES_CLIENT_IP_CALLABLE = "portal.core.addresses.client_address"
# What axes blots out in its log lines; who it was stands in its table, where administrators unlock.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]

# --- Background work ------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", REDIS_URL.replace("unix://", "redis+socket://"))
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A nudge must not hold a web request while the broker is down: give up at once, the sweep is the guarantee.
# Without max_retries kombu itself tries again for six seconds, whatever the publish is told.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "visibility_timeout": 3600,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
OUTBOX_SWEEP_SECONDS = env.integer("OUTBOX_SWEEP_SECONDS", 10, minimum=1)
OUTBOX_LEASE_SECONDS = env.integer("OUTBOX_LEASE_SECONDS", 60, minimum=1)
# An officer can take an act back for so long; its mail waits until then. 0: no undoing, mails leave at once.
UNDO_WINDOW_SECONDS = env.integer("UNDO_WINDOW_SECONDS", 120, minimum=0, maximum=900)
OUTBOX_MAX_ATTEMPTS = env.integer("OUTBOX_MAX_ATTEMPTS", 12, minimum=1)
ESCALATION_SWEEP_SECONDS = env.integer("ESCALATION_SWEEP_SECONDS", 300, minimum=10, maximum=3600)
MORNING_DIGEST_HOUR = env.integer("MORNING_DIGEST_HOUR", 7, minimum=0, maximum=23)
CELERY_BEAT_SCHEDULE = beat_schedule(
    outbox_seconds=OUTBOX_SWEEP_SECONDS, escalation_seconds=ESCALATION_SWEEP_SECONDS, morning_hour=MORNING_DIGEST_HOUR
)

# --- Drafts left alone: one reminder, then a warning before anything is discarded -----------------------------------
DRAFT_REMIND_DAYS = env.integer("DRAFT_REMIND_DAYS", 7, minimum=1, maximum=365)
DRAFT_KEEP_DAYS = env.integer("DRAFT_KEEP_DAYS", 180, minimum=30, maximum=3650)
DRAFT_WARN_DAYS = env.integer("DRAFT_WARN_DAYS", 14, minimum=3, maximum=29)

# --- No silence: who is told when a date comes near or passes ---------------------------------------------------------
TAKE_ON_WITHIN_WORKING_HOURS = env.integer("TAKE_ON_WITHIN_WORKING_HOURS", 8, minimum=1, maximum=400)
DUE_SOON_WORKING_DAYS = env.integer("DUE_SOON_WORKING_DAYS", 2, minimum=1, maximum=30)
ESCALATE_AFTER_WORKING_HOURS = env.integer("ESCALATE_AFTER_WORKING_HOURS", 8, minimum=1, maximum=400)
CITIZEN_REMIND_DAYS = env.integer("CITIZEN_REMIND_DAYS", 3, minimum=1, maximum=30)
# The apology with a new date is proposed so many working days before the due date, and promises so many after it.
APOLOGY_PROPOSE_WORKING_DAYS = env.integer("APOLOGY_PROPOSE_WORKING_DAYS", 1, minimum=1, maximum=10)
APOLOGY_EXTRA_WORKING_DAYS = env.integer("APOLOGY_EXTRA_WORKING_DAYS", 3, minimum=1, maximum=60)
APOLOGY_MOST_WORKING_DAYS = env.integer("APOLOGY_MOST_WORKING_DAYS", 30, minimum=1, maximum=250)

# --- Worklists as files: how long one may be, and how many days it is kept ------------------------------------------
EXPORT_MAX_ROWS = env.integer("EXPORT_MAX_ROWS", 20_000, minimum=100, maximum=200_000)
EXPORT_KEEP_DAYS = env.integer("EXPORT_KEEP_DAYS", 3, minimum=1, maximum=30)

# --- Results --------------------------------------------------------------------------------------------------------
# A result that a citizen gets online alone must bear a digital signature (NĐ 45/2020).
ONLINE_RESULTS_MUST_BE_SIGNED = env.boolean("ONLINE_RESULTS_MUST_BE_SIGNED", True)

# --- Messages and ratings -------------------------------------------------------------------------------------------
# How long after its end a dossier may be asked about, and its hand-over rated.
QUESTIONS_AFTER_END_DAYS = env.integer("QUESTIONS_AFTER_END_DAYS", 30, minimum=0, maximum=365)
RATING_WITHIN_DAYS = env.integer("RATING_WITHIN_DAYS", 60, minimum=1, maximum=365)
# Fewer ratings than this are never shown by themselves: nobody should be able to tell who gave them.
RATINGS_SHOWN_FROM = env.integer("RATINGS_SHOWN_FROM", 5, minimum=3, maximum=100)

# --- Digitisation of old results: the largest ZIP, and how long a bulk run keeps what it does not need any more --------
# nginx must let it pass (client_max_body_size).
DIGITISATION_MAX_ARCHIVE_BYTES = env.integer("DIGITISATION_MAX_ARCHIVE_MB", 100, minimum=1, maximum=4_000) * 1_000_000
DIGITISATION_KEEP_DAYS = env.integer("DIGITISATION_KEEP_DAYS", 60, minimum=7, maximum=365)

# --- Dossiers on paper ----------------------------------------------------------------------------------------------
# Does the term of an item of the post run from the day it came (else from the moment the desk receives it)?
POST_COUNTS_FROM_ARRIVAL = env.boolean("POST_COUNTS_FROM_ARRIVAL", True)
# An item that came longer ago than this is no item of today's post but a slip of the keyboard.
POST_ARRIVED_AT_MOST_DAYS_AGO = env.integer("POST_ARRIVED_AT_MOST_DAYS_AGO", 30, minimum=1, maximum=365)

# --- Mail -----------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "127.0.0.1")
# How long "I am at work on this" holds without a sign of life of the page.
CLAIM_LEASE_MINUTES = env.integer("CLAIM_LEASE_MINUTES", 15, minimum=1, maximum=240)

EMAIL_PORT = env.integer("EMAIL_PORT", 25, minimum=1, maximum=65535)
EMAIL_HOST_USER = env.text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = env.integer("EMAIL_TIMEOUT", 10, minimum=1)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "Một Cửa <khong-tra-loi@motcua.local>")
# The envelope's sender, which bounces come back to; "": EMAIL_FROM. The mailbox is a Maildir folder or an IMAP account.
EMAIL_BOUNCES_TO = env.text("EMAIL_BOUNCES_TO", "")
BOUNCE_MAILDIR = env.text("BOUNCE_MAILDIR", "")
BOUNCE_IMAP_HOST = env.text("BOUNCE_IMAP_HOST", "")
BOUNCE_IMAP_PORT = env.integer("BOUNCE_IMAP_PORT", 993, minimum=1, maximum=65535)
BOUNCE_IMAP_USER = env.text("BOUNCE_IMAP_USER", "")
BOUNCE_IMAP_PASSWORD = env.text("BOUNCE_IMAP_PASSWORD", "")
BOUNCE_IMAP_FOLDER = env.text("BOUNCE_IMAP_FOLDER", "INBOX")
# Mails about one dossier that are written within this time go out as one; none waits longer. 0: each at once and alone.
MAIL_FOLDING_SECONDS = env.integer("MAIL_FOLDING_SECONDS", 60, minimum=0, maximum=900)

# --- Short messages: channels by name, "console", "sms", "zalo" or a class of one's own -------------------------------
MESSAGE_CHANNELS = env.listing("MESSAGE_CHANNELS")
SMS_GATEWAY_URL = env.optional_address("SMS_GATEWAY_URL", schemes=("https",))
SMS_GATEWAY_TOKEN = env.text("SMS_GATEWAY_TOKEN", "")
SMS_SENDER = env.text("SMS_SENDER", "")
env.all_or_none("SMS_GATEWAY_URL", "SMS_GATEWAY_TOKEN", "SMS_SENDER")
ZALO_API_URL = env.optional_address("ZALO_API_URL", schemes=("https",))
ZALO_TEMPLATE_ID = env.text("ZALO_TEMPLATE_ID", "")
ZALO_ACCESS_TOKEN_FILE = env.text("ZALO_ACCESS_TOKEN_FILE", "")
env.all_or_none("ZALO_API_URL", "ZALO_TEMPLATE_ID", "ZALO_ACCESS_TOKEN_FILE")

# --- Payments (VNPAY 2.1.0; keys only from the environment) ---------------------------------------------------------
# The licensed issuer of electronic receipts; "" means none: receipts are internal (payments/gateways/e_receipts.py).
E_RECEIPT_ISSUER = env.text("E_RECEIPT_ISSUER", "")
# White space around a key is nobody's meaning, and would make every signature wrong.
VNPAY_TMN_CODE = env.text("VNPAY_TMN_CODE", "").strip()
VNPAY_HASH_SECRET = env.text("VNPAY_HASH_SECRET", "").strip()
env.all_or_none("VNPAY_TMN_CODE", "VNPAY_HASH_SECRET")
VNPAY_PAY_URL = env.text("VNPAY_PAY_URL", "https://sandbox.vnpayment.vn/paymentv2/vpcpay.html")
VNPAY_API_URL = env.text("VNPAY_API_URL", "https://sandbox.vnpayment.vn/merchant_webapi/api/transaction")
# Where VNPAY's servers notify from. Named, nobody else is listened to, and over TLS only; empty, the signature decides.
VNPAY_IPN_ADDRESSES = env.networks("VNPAY_IPN_ADDRESSES")
# VietQR: the account that transfers go to. Not offered unless all four are set and well formed.
VIETQR_BANK_BIN = env.text("VIETQR_BANK_BIN", "").strip()
VIETQR_BANK_NAME = env.text("VIETQR_BANK_NAME", "").strip()
VIETQR_ACCOUNT_NUMBER = env.text("VIETQR_ACCOUNT_NUMBER", "").strip().upper()
VIETQR_ACCOUNT_NAME = env.text("VIETQR_ACCOUNT_NAME", "").strip()
# The national payment platform: off until the agency has a partner code there, and then all of these.
NATIONAL_PAYMENT_PARTNER_CODE = env.text("NATIONAL_PAYMENT_PARTNER_CODE", "").strip()
NATIONAL_PAYMENT_SECRET = env.text("NATIONAL_PAYMENT_SECRET", "").strip()
NATIONAL_PAYMENT_INIT_URL = env.optional_address("NATIONAL_PAYMENT_INIT_URL", schemes=("https",))
NATIONAL_PAYMENT_QUERY_URL = env.optional_address("NATIONAL_PAYMENT_QUERY_URL", schemes=("https",))
NATIONAL_PAYMENT_BILL_URL = env.optional_address("NATIONAL_PAYMENT_BILL_URL", schemes=("https",))
NATIONAL_PAYMENT_PAGE_URL = env.optional_address("NATIONAL_PAYMENT_PAGE_URL", schemes=("https",))
NATIONAL_PAYMENT_ACCOUNT = env.text("NATIONAL_PAYMENT_ACCOUNT", "")
NATIONAL_PAYMENT_ACCOUNT_NAME = env.text("NATIONAL_PAYMENT_ACCOUNT_NAME", "")
NATIONAL_PAYMENT_ACCOUNT_BANK = env.text("NATIONAL_PAYMENT_ACCOUNT_BANK", "")
env.all_or_none(
    *("NATIONAL_PAYMENT_PARTNER_CODE", "NATIONAL_PAYMENT_SECRET", "NATIONAL_PAYMENT_PAGE_URL"),
    *("NATIONAL_PAYMENT_INIT_URL", "NATIONAL_PAYMENT_QUERY_URL", "NATIONAL_PAYMENT_BILL_URL"),
    *("NATIONAL_PAYMENT_ACCOUNT", "NATIONAL_PAYMENT_ACCOUNT_NAME", "NATIONAL_PAYMENT_ACCOUNT_BANK"),
)
# Only where calls go through a bus that asks for a token of its own.
NATIONAL_PAYMENT_ACCESS_TOKEN = env.text("NATIONAL_PAYMENT_ACCESS_TOKEN", "").strip()
if NATIONAL_PAYMENT_PAGE_URL:
    # The button leads there: a browser follows a form no further than this list.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(env.origin(NATIONAL_PAYMENT_PAGE_URL))
PAYMENT_ATTEMPT_MINUTES = env.integer("PAYMENT_ATTEMPT_MINUTES", 15, minimum=1, maximum=1440)
