"""The verbs of saved replies: texts to start from, each with an owner and a day it is looked at again."""

from collections.abc import Sequence

from sqlmodel import Session

from localcare.replies import saved_repository
from localcare.replies.saved_repository import SavedText

__all__ = ["SavedText", "keep_saved_replies"]


def keep_saved_replies(session: Session, brand_id: int, texts: Sequence[SavedText]) -> None:
    """Bring a brand's saved replies up to these; told twice they are kept once, and others stay."""
    if texts:
        saved_repository.save_texts(session, brand_id, texts)
