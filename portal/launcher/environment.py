"""The environment variables under which the demo and the tests run the portal."""

import os
from collections.abc import Mapping

from portal.launcher.ports import HOST, Ports
from portal.launcher.services import addresses
from portal.launcher.state import State

TERMINAL_CODE = "MOTCUA01"
# What the launcher decides may not be overridden by what happens to be set in a terminal.
_OURS = ("DJANGO_SETTINGS_MODULE", "DEBUG", "GUNICORN_CMD_ARGS", "PYTHONPATH", "PYTHONWARNINGS")


def demo_environment(state: State, ports: Ports, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Everything the demo's processes read; other variables of the terminal (PORTAL_OWNER and so on) pass."""
    secrets = state.secrets()
    sandbox = ports.url("sandbox")
    return {
        **{name: value for name, value in environment.items() if name not in _OURS},
        **addresses(state, environment),
        "DJANGO_SETTINGS_MODULE": "portal.settings.demo",
        "PYTHONUNBUFFERED": "1",
        "STATE_DIR": str(state.root),
        "FILES_DIR": str(state.root / "files"),
        "STATIC_ROOT": str(state.root / "static"),
        "SECRET_KEY": secrets.secret_key,
        "PUBLIC_URL": ports.url("web"),
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "PORTAL_IS_DEMO": "true",
        "SIGNING_KEYS_DIR": str(state.root / "signing-keys"),
        "SIGNATURE_TRUST_DIR": str(state.root / "signing-trust"),
        "EMAIL_HOST": HOST,
        "EMAIL_PORT": str(ports.smtp),
        "EMAIL_USER": "",
        "EMAIL_PASSWORD": "",
        "EMAIL_USE_TLS": "false",
        # A visitor who looks into the mailbox does not wait long.
        "MAIL_FOLDING_SECONDS": "10",
        "MESSAGE_CHANNELS": "console",
        "VNPAY_TMN_CODE": TERMINAL_CODE,
        "VNPAY_HASH_SECRET": secrets.payment_secret,
        "VNPAY_PAY_URL": f"{sandbox}/paymentv2/vpcpay.html",
        # No bank has this number: nobody can send money there by mistake.
        "VIETQR_BANK_BIN": "999999",
        "VIETQR_BANK_NAME": "Ngân hàng Trình diễn",
        "VIETQR_ACCOUNT_NUMBER": "0123456789",
        "VIETQR_ACCOUNT_NAME": "CONG DICH VU CONG TRINH DIEN",
        "VNPAY_API_URL": f"{sandbox}/merchant_webapi/api/transaction",
        "PAYMENT_FORM_ACTIONS": sandbox,
        "PAYMENT_SANDBOX_PORT": str(ports.sandbox),
        "SANDBOX_HOST": HOST,
        "SANDBOX_STATE": str(state.root / "sandbox.json"),
        "SANDBOX_IPN_URL": f"{ports.url('web')}/thanh-toan/vnpay/ipn/",
    }


def environment_of_tests(state: State, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What the checks and the tests run under: services of their own, settings of the tests, nothing of a demo."""
    left_out = {*_OURS, "SECRET_KEY", "PUBLIC_URL", "ALLOWED_HOSTS", "PORTAL_IS_DEMO", "FILES_DIR", "STATIC_ROOT"}
    # Some thirty processes are started: each would compile every module anew, most of a second of computing.
    left_out.add("PYTHONDONTWRITEBYTECODE")
    return {
        **{name: value for name, value in environment.items() if name not in left_out},
        **addresses(state, environment),
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "SECRET_KEY": "only-for-tests-not-a-secret",
        "STATE_DIR": str(state.root),
    }
