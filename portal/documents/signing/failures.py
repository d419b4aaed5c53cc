"""What is told of a file that broke the writer: never its text."""

import traceback
from pathlib import PurePath


def where_it_failed(error: Exception) -> str:
    """The class and the line, for whoever looks into it; the error's own text may quote the paper."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {PurePath(last.filename).name}:{last.lineno}"
