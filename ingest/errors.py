"""The one tree of errors that Opora raises on purpose.

Every message is Czech, since a user may read it: what is wrong, then what to do.

OporaError
├── SettingsError     a setting has a value that cannot be used
├── AccessError       a user may not do this: not signed in, not on the list, or with too low a role
├── ManifestError     corpus/manifest.toml contradicts itself or the files
├── ReadError         one document cannot be read (scan, password, damage, empty, unknown format)
├── SearchIndexError       the index is missing, damaged or locked
├── BackupError       a backup cannot be written, or is not one that can be restored
├── EncoderError      the sentence-transformers model cannot be loaded
├── QuestionSetError  a question set or an answers file has a wrong line
├── FeedbackError     what a user said about an answer cannot be stored or read
├── ModelError        the chat model failed: not reachable, too slow, cut off, nonsense
└── ExportError       a file for download cannot be made, for want of a source above all
"""


class OporaError(Exception):
    """Base of all expected errors; its text may be shown to the user as it is."""


class SettingsError(OporaError):
    """A setting has a value that cannot be used."""


class AccessError(OporaError):
    """A user may not do this: not signed in, not on the list, or with too low a role."""


class ManifestError(OporaError):
    """The manifest contradicts itself or the files it describes."""


class ReadError(OporaError):
    """One document cannot be read; others in the same call are not affected."""


class SearchIndexError(OporaError):
    """The index is missing, damaged or locked by another build."""


class BackupError(OporaError):
    """A backup cannot be written, or an archive is not one that can be restored."""


class EncoderError(OporaError):
    """The sentence-transformers model cannot be loaded or used."""


class QuestionSetError(OporaError):
    """A question set or an answers file has a wrong line."""


class FeedbackError(OporaError):
    """What a user said about an answer cannot be stored or read."""


class ModelError(OporaError):
    """The chat model failed; the extractive answer is still there."""


class ExportError(OporaError):
    """A file for download cannot be made: a source is missing, or is not what was quoted."""
