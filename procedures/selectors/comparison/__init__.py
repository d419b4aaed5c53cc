"""Two revisions side by side, in words: what was added, removed, changed, with before and after. Reads only.

`compare` matches rows by their keys where they have one, else by what names them (a legal basis by its number, a step by
its title). New columns of a part and new parameters of a field kind show up by themselves.
"""

from procedures.selectors.comparison.changes import Detail, Entry, Group, RevisionComparison, Sign
from procedures.selectors.comparison.revisions import announced_revisions, comparable_revisions, compare

__all__ = [
    "Detail",
    "Entry",
    "Group",
    "RevisionComparison",
    "Sign",
    "announced_revisions",
    "comparable_revisions",
    "compare",
]
