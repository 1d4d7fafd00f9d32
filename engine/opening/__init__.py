"""Files in, pages out: PDF, TIFF, PNG, JPEG, WebP, BMP, GIF, bytes, streams, arrays and ready-made pages."""

from docengine.engine.opening.document import OcrMode, open_document
from docengine.engine.opening.page_range import PageRange, parse_page_range

__all__ = ["OcrMode", "PageRange", "open_document", "parse_page_range"]
