"""Files without a row: what an upload leaves when the transaction around it is rolled back later."""

import logging
from datetime import date, timedelta

from portal.core import clock
from portal.documents.errors import TooManyStrayFiles
from portal.documents.models import StoredDocument, UploadChunk
from portal.documents.storage import day_folder, document_storage

logger = logging.getLogger(__name__)

# No transaction lives this long; a younger file may belong to a row that is about to be committed.
_YOUNGEST_DAYS = 2
_OLDEST_DAYS = 10
# A few uploads a day fail after their bytes were written. More means that we are looking at the wrong database, or at
# one restored from a backup older than the files: then every file is precious (PITFALLS 8).
_PLAUSIBLE_STRAYS = 20
_PLAUSIBLE_SHARE = 0.1


def collect_stray_files() -> int:
    """Delete files of the days 2 to 10 ago that no row names; returns how many. Safe to run twice or at once.

    Raises TooManyStrayFiles, and deletes nothing, when there are more than rolled back uploads can explain.
    """
    storage, strays, total = document_storage(), [], 0
    for days_ago in range(_YOUNGEST_DAYS, _OLDEST_DAYS + 1):
        names = _names_of_day(clock.today() - timedelta(days=days_ago))
        known = _named_by_a_row(names)
        strays += [name for name in names if name not in known]
        total += len(names)
    if len(strays) > _PLAUSIBLE_STRAYS and len(strays) > total * _PLAUSIBLE_SHARE:
        logger.error("%s of %s recent files have no row: nothing was deleted", len(strays), total)
        raise TooManyStrayFiles
    for name in strays:
        storage.delete(name)
    return len(strays)


def _named_by_a_row(names: list[str]) -> set[str]:
    """Documents, and the pieces of uploads that are still on their way."""
    documents = StoredDocument.objects.filter(storage_name__in=names).values_list("storage_name", flat=True)
    pieces = UploadChunk.objects.filter(storage_name__in=names).values_list("storage_name", flat=True)
    return {*documents, *pieces}


def _names_of_day(on: date) -> list[str]:
    folder = day_folder(on)
    try:
        _, files = document_storage().listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{file}" for file in files]
