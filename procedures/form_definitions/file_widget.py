"""The control of a file question: the files there are, each with a button that takes it out, and a place for more."""

from collections.abc import Mapping
from typing import Any

from django import forms

from procedures.form_definitions.sources import FileSource


class FilesInput(forms.Widget):
    """Posts the public ids of the files that stay as `<name>`, new files as `<name>-upload`, and `<name>-remove` with the
    id of a file to take out. Whoever receives the post stores the new files first and adds their ids."""

    template_name = "forms/widgets/files.html"
    needs_multipart_form = True
    use_fieldset = True
    is_composite = True

    def __init__(self, *, field_key: str, files: FileSource, accept: str, at_most: int, limits: str) -> None:
        super().__init__()
        self.field_key, self.files = field_key, files
        self.accept, self.at_most, self.limits = accept, at_most, limits

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name)
        return values or None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        tokens = [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else []
        found = [self.files.file(self.field_key, token) for token in dict.fromkeys(map(str, tokens))]
        kept = [file for file in found if file is not None]
        context["files"] = {
            "kept": kept,
            "accept": self.accept,
            "limits": self.limits,
            "takes_several": self.at_most > 1,
            "is_full": len(kept) >= self.at_most,
        }
        return context
