"""Where the files beside the code are: inside the installed package, or at the top of the checkout."""

from pathlib import Path
from typing import Literal

AssetKind = Literal["templates", "static", "migrations"]

_PACKAGE = Path(__file__).resolve().parent.parent


def asset_dir(kind: AssetKind) -> Path:
    """The folder of one kind of asset. Raises FileNotFoundError when neither place has it: a broken installation."""
    for folder in (_PACKAGE / "_assets" / kind, _PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"localcare is installed without its {kind}; install the wheel or run from a checkout")
