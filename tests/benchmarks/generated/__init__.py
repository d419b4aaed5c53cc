"""A made-up province: agencies and people, a catalogue, and as many dossiers as asked for; the same for the same seed.

Rows are invented from lists of common words; none stands for a real person, agency or procedure.
"""

from tests.benchmarks.generated.catalogue import make_catalogue
from tests.benchmarks.generated.dossiers import Generator, make_dossiers
from tests.benchmarks.generated.people import make_people

__all__ = ["Generator", "make_catalogue", "make_dossiers", "make_people"]
