"""Every error that this product raises on purpose.

    ReportQAError
    ├── ConfigurationError
    │   ├── SettingInvalid          a setting has a value that can't be used
    │   │   └── ServiceMisconfigured    so, of the service itself: no caller can mend it
    │   └── ExtraMissing            an optional package is not installed
    ├── QuestionRejected            empty, or longer than allowed
    ├── IngestError
    │   ├── CatalogueInvalid        catalogue.toml can't be read as one
    │   ├── SourceChanged           a file changed while it was being read
    │   ├── PublishRefused          the run would withdraw too much, or its edition failed verification
    │   ├── LibraryLocked           another ingest holds the library
    │   ├── UploadRefused           files that somebody brings are too many, too large, or of no kind that is read
    │   └── DocumentUnreadable      one file; the others go on
    │       ├── DocumentEncrypted
    │       ├── NoTextLayer
    │       └── DocumentTooLarge
    ├── LibraryError
    │   ├── LibraryNotFound         of several libraries none has this name, or it isn't for who asks: not told apart
    │   ├── NothingPublished        no edition yet
    │   ├── ManifestMismatch        an edition of another schema, or not what its manifest says
    │   ├── EmbedderMismatch        an edition embedded by another model than the one configured
    │   ├── IndexDamaged            a derived index is missing or broken
    │   └── IndexUnavailable        the Chroma server that holds the vectors does not answer
    ├── ModelError
    │   ├── ModelUnavailable        not on this machine, not reachable, or its provider refuses
    │   ├── ModelTimeout            no reply, or no whole one, in the time allowed
    │   └── ModelReplyInvalid       a reply that is empty, malformed, or does not end
    ├── ConversationError
    │   ├── ConversationNotFound    absent, or somebody else's: the two are not told apart
    │   ├── ShareNotFound           a link that nobody made, or that was withdrawn: the two are not told apart
    │   ├── ShareRefused            too large to be shared, or one link too many
    │   ├── StateUnavailable        the database server that holds them does not answer
    │   └── FrozenAnswerAltered     a stored answer no longer matches its digest
    └── AccessError
        ├── SignInNeeded            nobody is signed in, or no longer
        ├── NotAllowed              signed in, but in no group, or without the role, that this needs
        ├── KeyRefused              no key, or one that is not known
        ├── KeyNotAllowed           a key without the scope that this needs
        ├── TooManyRequests         a key has used up its minute
        ├── Busy                    as much is being answered and waited for as the machine can bear
        ├── StillRunning            a write that is repeated while its first sending has no answer yet
        ├── KeyReused               an Idempotency-Key that was sent with another request
        └── ServiceOff              somebody switched questions off, and says why

The message names the file or the setting; `hint` says what to do next; `retryable` says whether the same call may go
through later. Refusing to answer is a status of an Answer, never an error.
"""

from __future__ import annotations


class ReportQAError(Exception):
    """Base of the family. `code` is the stable name that each door maps to its own status or sentence."""

    code = "error"
    retryable = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ConfigurationError(ReportQAError):
    code = "configuration"


class SettingInvalid(ConfigurationError):
    code = "setting_invalid"


class ServiceMisconfigured(SettingInvalid):
    code = "service_misconfigured"


class ExtraMissing(ConfigurationError):
    code = "extra_missing"


class QuestionRejected(ReportQAError):
    code = "question_rejected"


class IngestError(ReportQAError):
    code = "ingest"


class CatalogueInvalid(IngestError):
    code = "catalogue_invalid"


class SourceChanged(IngestError):
    code = "source_changed"
    retryable = True


class PublishRefused(IngestError):
    code = "publish_refused"


class LibraryLocked(IngestError):
    code = "library_locked"
    retryable = True


class UploadRefused(IngestError):
    code = "upload_refused"


class DocumentUnreadable(IngestError):
    code = "document_unreadable"


class DocumentEncrypted(DocumentUnreadable):
    code = "document_encrypted"


class NoTextLayer(DocumentUnreadable):
    code = "no_text_layer"


class DocumentTooLarge(DocumentUnreadable):
    code = "document_too_large"


class LibraryError(ReportQAError):
    code = "library"


class LibraryNotFound(LibraryError):
    code = "library_not_found"


class NothingPublished(LibraryError):
    code = "nothing_published"


class ManifestMismatch(LibraryError):
    code = "manifest_mismatch"


class EmbedderMismatch(LibraryError):
    code = "embedder_mismatch"


class IndexDamaged(LibraryError):
    code = "index_damaged"


class IndexUnavailable(LibraryError):
    code = "index_unavailable"
    retryable = True


class ModelError(ReportQAError):
    code = "model"


class ModelUnavailable(ModelError):
    """`retryable` is False where only a change of settings helps (a refused key)."""

    code = "model_unavailable"
    retryable = True

    def __init__(self, message: str, *, hint: str = "", retryable: bool = True) -> None:
        super().__init__(message, hint=hint)
        self.retryable = retryable


class ModelTimeout(ModelError):
    code = "model_timeout"
    retryable = True


class ModelReplyInvalid(ModelError):
    code = "model_reply_invalid"


class ConversationError(ReportQAError):
    code = "conversation"


class ConversationNotFound(ConversationError):
    code = "conversation_not_found"


class ShareNotFound(ConversationError):
    code = "share_not_found"


class ShareRefused(ConversationError):
    code = "share_refused"


class StateUnavailable(ConversationError):
    """`again` is True where nothing was kept, so that the same transaction may be run again at once."""

    code = "state_unavailable"
    retryable = True

    def __init__(self, message: str, *, hint: str = "", again: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.again = again


class FrozenAnswerAltered(ConversationError):
    code = "frozen_answer_altered"


class AccessError(ReportQAError):
    code = "access"


class SignInNeeded(AccessError):
    code = "sign_in_needed"


class NotAllowed(AccessError):
    code = "not_allowed"


class KeyRefused(AccessError):
    code = "key_refused"


class KeyNotAllowed(AccessError):
    code = "key_not_allowed"


class TooManyRequests(AccessError):
    """`wait_s` is how long, in seconds, until the next request is let in."""

    code = "too_many_requests"
    retryable = True

    def __init__(self, message: str, *, hint: str = "", wait_s: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.wait_s = wait_s


class Busy(AccessError):
    code = "busy"
    retryable = True


class StillRunning(AccessError):
    code = "still_running"
    retryable = True


class KeyReused(AccessError):
    code = "key_reused"


class ServiceOff(AccessError):
    code = "service_off"
    retryable = True
