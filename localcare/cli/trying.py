"""What commands try texts and rules with: the same that judges the brand's mentions."""

from localcare.cli.context import BrandWork, load_settings
from localcare.triage.core import Triager
from localcare.triage.model_files import ModelHome
from localcare.triage.model_shelf import LiveModels
from localcare.triage.rule_trial import triager_at_hand


def live_triager(work: BrandWork) -> Triager:
    """The shipped rules with the model that judges the brand's mentions, if one does."""
    models = LiveModels(ModelHome.within(load_settings().data_dir))
    return models.triager_of(work.session, work.viewer.brand_id, triager_at_hand())
