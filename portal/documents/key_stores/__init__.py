"""Where signing keys are: one module and one decorator each. A new kind of place is a new file here and nothing else.

Front door: `key_store_named(name)` and the shapes of `base`. Stores know no models and no PDF: they open a key, and the
key signs digests. How to add one, and what a remote service must promise: docs/adding-a-key-store.md.
"""

from importlib import import_module
from pkgutil import iter_modules

from portal.documents.key_stores.base import (
    HashSigner,
    KeyReference,
    KeyStore,
    OpenKey,
    is_signature_of,
    key_store_named,
    register,
)

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "HashSigner",
    "KeyReference",
    "KeyStore",
    "OpenKey",
    "is_signature_of",
    "key_store_named",
    "register",
]
