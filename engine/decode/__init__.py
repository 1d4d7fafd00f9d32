"""Tag probabilities into fields and line items: typed spans, a joint choice through checks, confidences."""

from docengine.engine.decode.calibration import Calibration
from docengine.engine.decode.candidates import PageCandidates, page_candidates
from docengine.engine.decode.deciding import Decoded, decide
from docengine.engine.decode.reading import ReadPage

__all__ = ["Calibration", "Decoded", "PageCandidates", "ReadPage", "decide", "page_candidates"]
