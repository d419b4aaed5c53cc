from portal.vault.models.copies import PaperCopy
from portal.vault.models.digitisation import (
    Digitisation,
    DigitisationDuty,
    DigitisationFile,
    DigitisationRow,
    DigitisationRun,
)
from portal.vault.models.kinds import PaperKind
from portal.vault.models.log import PaperLogEntry
from portal.vault.models.papers import IssuedPaper
from portal.vault.models.shares import PaperShare

__all__ = [
    "Digitisation",
    "DigitisationDuty",
    "DigitisationFile",
    "DigitisationRow",
    "DigitisationRun",
    "IssuedPaper",
    "PaperCopy",
    "PaperKind",
    "PaperLogEntry",
    "PaperShare",
]
