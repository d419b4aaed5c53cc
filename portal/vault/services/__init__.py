"""Front door of the vault: put a paper in, digitise old ones, take it back, say who looked."""

from portal.vault.codes import draw_code, read_code
from portal.vault.services.addresses import verification_url
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
from portal.vault.services.ending import agency_in_charge, revoke_paper
from portal.vault.services.log import write_log
from portal.vault.services.registering import (
    Contents,
    Holder,
    Validity,
    begin_kind,
    hold_papers,
    last_day,
    public_facts_of,
    register_paper,
)

__all__ = [
    "COLUMNS",
    "COLUMN_OF",
    "Contents",
    "Entry",
    "Holder",
    "IndexRow",
    "Validity",
    "agency_in_charge",
    "begin_kind",
    "begin_run",
    "bring_files",
    "bring_index",
    "counts_of",
    "digitise",
    "digitising_limits",
    "draw_code",
    "failed_rows",
    "failed_rows_xlsx",
    "hold_papers",
    "last_day",
    "look_after_runs",
    "max_archive_bytes",
    "public_facts_of",
    "read_code",
    "read_entry",
    "read_index",
    "register_paper",
    "revoke_paper",
    "run_of",
    "shown_errors",
    "start_run",
    "stop_run",
    "template_xlsx",
    "verification_url",
    "work_on_run",
    "write_log",
]
