"""Static files as in production, hashed names and all; only what Django admin brings along stays uncompressed."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class OwnFilesCompressed(CompressedManifestStaticFilesStorage):
    """Compressing the admin's libraries takes longer than the rest of the preparation together."""

    def compress_files(self, names: Any) -> Any:
        return super().compress_files([name for name in names if not name.startswith("admin/")])
