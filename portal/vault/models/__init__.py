from portal.vault.models.kinds import PaperKind
from portal.vault.models.log import PaperLogEntry
from portal.vault.models.papers import IssuedPaper

__all__ = ["IssuedPaper", "PaperKind", "PaperLogEntry"]
