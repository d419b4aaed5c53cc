"""Front door of the vault: put a paper in, digitise old ones, take it back, verify, copy and share it, say who looked."""

from portal.vault.codes import draw_code, printed_code, read_code
from portal.vault.services.addresses import verification_url
from portal.vault.services.copies import make_copy
from portal.vault.services.digitisation_entries import Entry, read_entry
from portal.vault.services.digitisation_index import COLUMN_OF, COLUMNS, IndexRow, read_index
from portal.vault.services.digitisation_runs import (
    begin_run,
    bring_files,
    bring_index,
    counts_of,
    failed_rows,
    look_after_runs,
    max_archive_bytes,
    run_of,
    shown_errors,
    start_run,
    stop_run,
)
from portal.vault.services.digitisation_sheets import failed_rows_xlsx, template_xlsx
from portal.vault.services.digitisation_work import work_on_run
from portal.vault.services.digitising import digitise, digitising_limits
from portal.vault.services.ending import agency_in_charge, may_end, revoke_paper
from portal.vault.services.last_days import tell_of_last_days
from portal.vault.services.log import write_log
from portal.vault.services.registering import (
    Contents,
    FactLabel,
    Holder,
    Validity,
    begin_kind,
    hold_papers,
    hold_revoked,
    label_facts,
    last_day,
    last_day_of_months,
    register_paper,
    release_papers,
)
from portal.vault.services.replacing import Correction, facts_shown, labels_of, replace_paper
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
    "COLUMNS",
    "COLUMN_OF",
    "Contents",
    "Correction",
    "Entry",
    "FactLabel",
    "FileAnswer",
    "Holder",
    "IndexRow",
    "PublicPaper",
    "Validity",
    "agency_in_charge",
    "begin_kind",
    "begin_run",
    "bring_files",
    "bring_index",
    "code_in",
    "counts_of",
    "digitise",
    "digitising_limits",
    "draw_code",
    "end_share",
    "end_shares_of",
    "facts_shown",
    "failed_rows",
    "failed_rows_xlsx",
    "handling_places",
    "hold_papers",
    "hold_revoked",
    "label_facts",
    "labels_of",
    "last_day",
    "last_day_of_months",
    "look_after_runs",
    "make_copy",
    "max_archive_bytes",
    "may_end",
    "open_share",
    "printed_code",
    "public_paper",
    "read_code",
    "read_entry",
    "read_index",
    "register_handling_places",
    "register_paper",
    "release_papers",
    "replace_paper",
    "revoke_paper",
    "run_of",
    "share_paper",
    "share_with_token",
    "shown_errors",
    "start_run",
    "stop_run",
    "tell_of_last_days",
    "template_xlsx",
    "use_share",
    "verification_url",
    "verify_code",
    "verify_file",
    "verify_hash",
    "words_of_the_end",
    "work_on_run",
    "write_log",
]
