"""Weights of the cues. Written by `python -m localcare.stores.fitting`, the argued ones in `argued.py` its starting point."""

from localcare.stores.core.argued import ARGUED
from localcare.stores.core.calibration import Weights

FITTED = Weights(cues=ARGUED, bias=-1.0, likely=0.9)
