"""Where a paper is verified."""

from django.conf import settings


def verification_url(code: str) -> str:
    """The public address that the QR code on the paper leads to; the code is all it carries."""
    return f"{settings.PUBLIC_URL}/xac-minh/{code}/"
