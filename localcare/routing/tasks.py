"""What time does to routing policies; called by the worker's clock, in every worker, as often as it likes."""

import logging

from localcare.kit.db import ALL_BRANDS
from localcare.kit.runtime import Runtime
from localcare.routing import ruling

log = logging.getLogger(__name__)


def turn_policies(runtime: Runtime) -> int:
    """Put scheduled policies in force and let end what has run out; returns how many changed."""
    now = runtime.clock.now()
    with runtime.db.session(ALL_BRANDS, viewer="clock") as session:
        brand_ids = ruling.list_brands_in_time(session, now)
    turned = 0
    for brand_id in brand_ids:
        with runtime.db.session(brand_id, viewer="clock") as session:
            turns = ruling.keep_time(session, brand_id, now)
        for turn in turns:
            log.info("brand %s: %s", brand_id, turn.why)
        turned += len(turns)
    return turned
