from portal.vault.models.copies import PaperCopy
from portal.vault.models.kinds import PaperKind
from portal.vault.models.log import PaperLogEntry
from portal.vault.models.papers import IssuedPaper
from portal.vault.models.shares import PaperShare

__all__ = ["IssuedPaper", "PaperCopy", "PaperKind", "PaperLogEntry", "PaperShare"]
