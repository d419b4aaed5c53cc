"""Field kinds: one module, one class, one `@register` each. A new kind is a new module here and its samples in
`tests/procedures/forms/samples.py`; nothing else has to know of it."""

from importlib import import_module
from pkgutil import iter_modules

from procedures.form_definitions.kinds.base import FieldKind, kind_names, kind_of, register

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["FieldKind", "kind_names", "kind_of", "register"]
