"""Front door of the vault: put a paper in, take it back, verify, copy and share it, say who looked."""

from portal.vault.codes import draw_code, printed_code, read_code
from portal.vault.services.addresses import verification_url
from portal.vault.services.copies import make_copy
from portal.vault.services.ending import agency_in_charge, revoke_paper
from portal.vault.services.log import write_log
from portal.vault.services.registering import (
    Contents,
    Holder,
    Validity,
    last_day,
    last_day_of_months,
    public_facts_of,
    register_paper,
    release_papers,
)
from portal.vault.services.replacing import Correction, labels_of, replace_paper
from portal.vault.services.sharing import (
    end_share,
    end_shares_of,
    handling_places,
    open_share,
    register_handling_places,
    share_paper,
    share_with_token,
    use_share,
    words_of_the_end,
)
from portal.vault.services.verification import (
    FileAnswer,
    PublicPaper,
    code_in,
    public_paper,
    verify_code,
    verify_file,
    verify_hash,
)

__all__ = [
    "Contents",
    "Correction",
    "FileAnswer",
    "Holder",
    "PublicPaper",
    "Validity",
    "agency_in_charge",
    "code_in",
    "draw_code",
    "end_share",
    "end_shares_of",
    "handling_places",
    "labels_of",
    "last_day",
    "last_day_of_months",
    "make_copy",
    "open_share",
    "printed_code",
    "public_facts_of",
    "public_paper",
    "read_code",
    "register_handling_places",
    "register_paper",
    "release_papers",
    "replace_paper",
    "revoke_paper",
    "share_paper",
    "share_with_token",
    "use_share",
    "verification_url",
    "verify_code",
    "verify_file",
    "verify_hash",
    "words_of_the_end",
    "write_log",
]
