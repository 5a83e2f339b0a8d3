"""Sign-ups that an import let in: kept in its before-image, and back in the inbox with it."""

from __future__ import annotations

from collections.abc import Iterable

from geomatch.network.intake.write.before_images import Image, packed, unpacked
from geomatch.network.models import SheetImport, SignUp

LET_IN = "let in"
# What a stranger sent, as an import's before-image keeps it.
_SENT = ("wants", "hidden", "language", "answers_json", "sender", "content", "said")


def keep_for_take_back(sheet_import: SheetImport | None, signups: Iterable[SignUp]) -> None:
    """Keep what was let in with the import's before-image, sealed as it was."""
    assert sheet_import is not None
    kept = [
        {"at": signup.created_at.isoformat(), **{name: getattr(signup, name) for name in _SENT}}
        for signup in signups
    ]
    image = {**unpacked(sheet_import.before_image or ""), LET_IN: kept}
    sheet_import.before_image = packed(image)
    sheet_import.save(update_fields=["before_image"])


def wait_again(image: Image) -> int:
    """Let sign-ups wait once more whose import is taken back; return how many.

    Part of the taking back's own transaction, in the current network.
    """
    kept = image.get(LET_IN, [])
    for sent in kept:
        signup = SignUp.objects.create(**{name: sent[name] for name in _SENT})
        SignUp.objects.filter(pk=signup.pk).update(created_at=sent["at"])
    return len(kept)
