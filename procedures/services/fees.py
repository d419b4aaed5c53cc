"""What neighbours may know of how fees are reckoned beside the quote itself (`procedures.selectors.quote_for`)."""

from procedures.tariffs import MOST_UNITS

__all__ = ["MOST_UNITS"]
