"""Typed parsers: what is printed on a page, into normalised values. A text that is no value of its type gives None."""

from docengine.engine.values.comparing import same_value
from docengine.engine.values.currencies import currency_of
from docengine.engine.values.dates import date_range
from docengine.engine.values.evidence import Evidence
from docengine.engine.values.hints import Hints
from docengine.engine.values.parsing import parse, read_value
from docengine.engine.values.proofs import proof

__all__ = ["Evidence", "Hints", "currency_of", "date_range", "parse", "proof", "read_value", "same_value"]
