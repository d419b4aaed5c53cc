"""One JSON call to a provider, with its answer sorted into "said", "later" and "never"."""

import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from portal.notifications.channels.contract import ChannelPostponed, ChannelRefused

TIMEOUT_SECONDS = 10
_MOST_BYTES = 100_000


def call_json(url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """POST and read the answer. 4xx is never (but 401, 403, 408, 429: an administrator or time mends those); all else later."""
    request = Request(  # noqa: S310 - the address is a checked setting
        url,
        data=json.dumps(body, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json", **headers},
        method="POST",
    )
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310  # nosec B310
            answer = json.loads(response.read(_MOST_BYTES))
    except HTTPError as error:
        error.close()
        if 400 <= error.code < 500 and error.code not in (401, 403, 408, 429):
            raise ChannelRefused(f"http_{error.code}") from None
        raise ChannelPostponed(f"http_{error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        # `from None`: the number is in the request, and tracebacks must not carry it.
        raise ChannelPostponed(type(error).__name__) from None
    if not isinstance(answer, dict):
        raise ChannelPostponed("answer_unreadable")
    return answer
