"""The failures that callers must tell apart; everything else is unforeseen and retried."""

from typing import Literal

LinkRefusal = Literal["incomplete", "refused", "unknown", "method", "gone"]


class AppError(Exception):
    """A failure of ours: a stable `code` and, where one field is at fault, its path. Never a value."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(f"{code} ({field})" if field else code)
        self.code = code
        self.field = field


class TransientError(AppError):
    """It may succeed later: answered 503, so that the platform tries again with back-off."""


class QuotaError(TransientError):
    """Google refused for its quota: answered 429, so that Cloud Tasks slows the whole queue."""


class PassingError(TransientError):
    """One call of Google's failed: answered 500, because on a 503 Cloud Tasks would slow everybody's queue for it."""


class PermanentError(AppError):
    """It can never succeed as it is: parked with its code and field, then acknowledged."""


class ConflictError(AppError):
    """A precondition of a commit was lost: somebody else wrote first; nothing was written."""

    def __init__(self) -> None:
        super().__init__("conflict")


class LinkError(AppError):
    """A link does not open what was asked: `kind` alone is told to whoever holds it, `code` is for the log."""

    def __init__(self, kind: LinkRefusal, code: str, field: str = "") -> None:
        super().__init__(code, field)
        self.kind = kind


class BrokenOffError(Exception):
    """An answer ended in its middle: nothing to say but that, for the cause was told already."""


class ConfigError(AppError):
    """The environment is not usable: `problems` names every variable at fault and its cure."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("config_invalid")
        self.problems = problems

    def __str__(self) -> str:
        """List every problem on a line of its own."""
        return "configuration:\n" + "\n".join(f"  - {problem}" for problem in self.problems)
