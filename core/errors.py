"""The error tree.

DocengineError
├── InputError                 the document is at fault; a batch records it and goes on
│   ├── SourceNotFound         no such file, or a link that leads nowhere
│   ├── SourceUnreadable       permission denied, a folder where a file was meant, an I/O error
│   ├── EmptyFile              zero bytes
│   ├── UnsupportedFormat      not a kind of file that is read
│   ├── CorruptFile            starts like a known kind, cannot be decoded
│   ├── EncryptedFile          needs a password, or another one
│   ├── NoPages                a document without pages
│   ├── PageTooLarge           more pixels than is safe to decode
│   └── InvalidPage            a `Page` built with contradictory parts
├── UsageError                 what was asked contradicts itself or is unknown
│   └── InvalidRecipe          a recipe with an unknown key or contradictory values
├── OcrUnavailable             the OCR engine asked for is not installed
├── OcrFailed                  the OCR engine broke on a page
├── BackendUnavailable         the backend asked for cannot run here
├── BackendFailed              the backend broke while it ran
├── BundleError                the model bundle cannot be used
│   ├── BundleNotFound         no bundle of that name or path
│   ├── BundleCorrupt          a file is missing or does not match its hash
│   └── BundleUnsupported      a format version or architecture that this release does not know
├── DatasetError               a data set, or a row of it, does not have the form it should
├── CheckpointError            a checkpoint that cannot be read, or is of another architecture
└── VerificationFailed         an exported model whose outputs differ from the original's
"""

from __future__ import annotations


class DocengineError(Exception):
    """Root of the tree. Its message is one line that names the mend."""


class InputError(DocengineError):
    pass


class SourceNotFound(InputError):
    pass


class SourceUnreadable(InputError):
    pass


class EmptyFile(InputError):
    pass


class UnsupportedFormat(InputError):
    pass


class CorruptFile(InputError):
    pass


class EncryptedFile(InputError):
    pass


class NoPages(InputError):
    pass


class PageTooLarge(InputError):
    pass


class InvalidPage(InputError):
    pass


class UsageError(DocengineError):
    pass


class InvalidRecipe(UsageError):
    pass


class OcrUnavailable(DocengineError):
    pass


class OcrFailed(DocengineError):
    pass


class BackendUnavailable(DocengineError):
    pass


class BackendFailed(DocengineError):
    pass


class BundleError(DocengineError):
    pass


class BundleNotFound(BundleError):
    pass


class BundleCorrupt(BundleError):
    pass


class BundleUnsupported(BundleError):
    pass


class DatasetError(DocengineError):
    pass


class CheckpointError(DocengineError):
    pass


class VerificationFailed(DocengineError):
    pass
