"""Time-stamps of an authority (RFC 3161) for our signatures: one question over HTTP, all of it within one time limit."""

import logging
import time
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from asn1crypto import cms, tsp
from django.conf import settings
from pyhanko.sign.timestamps import TimeStamper

from portal.documents.errors import TimestampUnavailable

logger = logging.getLogger(__name__)

_MOST_BYTES = 128 * 1024


class _NoRedirects(HTTPRedirectHandler):
    """The authority is where the settings say, and nowhere else."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


_opener = build_opener(_NoRedirects)


def is_time_stamping_configured() -> bool:
    return bool(settings.SIGNING_TSA_URL)


class HttpTimeStamper(TimeStamper):
    """Asks settings.SIGNING_TSA_URL. Once it has failed it asks no more, so that a batch waits for one time limit only.

    Raises TimestampUnavailable for anything but a granted stamp over the digest that was sent.
    """

    def __init__(self) -> None:
        super().__init__(include_nonce=True)
        self.has_failed = False

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        if self.has_failed:
            raise TimestampUnavailable
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            if imprint["hashed_message"].native != message_digest:
                raise ValueError("a stamp over something else")
        except TimestampUnavailable:
            self.has_failed = True
            raise
        except Exception as error:  # noqa: BLE001 - an answer of a stranger may break the reader in any way
            logger.warning("no usable time-stamp: %s", type(error).__name__)
            self.has_failed = True
            raise TimestampUnavailable from None
        return token

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(_post(req.dump()), strict=True)


def _post(question: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    request = Request(settings.SIGNING_TSA_URL, data=question, headers=headers, method="POST")  # noqa: S310
    limit = settings.SIGNING_TSA_TIMEOUT_SECONDS
    give_up_at = time.monotonic() + limit
    try:
        with _opener.open(request, timeout=limit) as response:
            if response.headers.get_content_type() != "application/timestamp-reply":
                raise TimestampUnavailable
            return _read(response, give_up_at)
    except HTTPError as error:
        error.close()
        raise TimestampUnavailable from None
    except (OSError, HTTPException, ValueError) as error:
        logger.warning("the time-stamp authority did not answer: %s", type(error).__name__)
        raise TimestampUnavailable from None


def _read(response: HTTPResponse, give_up_at: float) -> bytes:
    """The whole body. The socket's time limit is one for each piece: a body that drips is given up as a whole."""
    body = b""
    while piece := response.read1(8192):
        body += piece
        if len(body) > _MOST_BYTES or time.monotonic() > give_up_at:
            raise TimestampUnavailable
    return body
