"""“I have it” on the pages: who sees that a crisis calls, and what one tap does."""

from datetime import timedelta

from localcare.cases.crisis import raise_calls
from localcare.cases.models import Case
from tests.stages.inbox.conftest import Shop


def ring(shop: Shop, case: Case) -> None:
    with shop.desk.database.session(shop.desk.brand_id) as session:
        raise_calls(
            session, shop.desk.brand_id, [case.id or 0], now=shop.desk.clock.now(), within=timedelta(minutes=10)
        )
