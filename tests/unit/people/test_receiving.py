"""Who receives a store's matters on a day, as a table."""

from datetime import date

import pytest

from localcare.people.core.receiving import Candidate, Standing, find_receiving

UNTIL = date(2026, 12, 3)


def person(name: str, standing: Standing, farness: int = 0, *, away: bool = False) -> Candidate:
    return Candidate(sum(map(ord, name)), name, standing, farness, UNTIL if away else None)


KIM, KIM_AWAY = person("Kim Tran", Standing.MANAGER), person("Kim Tran", Standing.MANAGER, away=True)
ANA_AWAY = person("Ana", Standing.MANAGER, away=True)
SAM, SAM_AWAY = person("Sam", Standing.STAND_IN), person("Sam", Standing.STAND_IN, away=True)
DEE, DEE_AWAY = person("Dee", Standing.DEPUTY), person("Dee", Standing.DEPUTY, away=True)
DISTRICT, DISTRICT_AWAY = person("Lea", Standing.LEAD, 997), person("Lea", Standing.LEAD, 997, away=True)
REGION = person("Lou", Standing.LEAD, 999)
NATION = person("Nia", Standing.NATION)


@pytest.mark.parametrize(
    ("candidates", "names", "why"),
    [
        ([KIM, DEE, DISTRICT], "Kim Tran", ""),
        ([KIM, ANA_AWAY, DEE], "Kim Tran", ""),
        ([KIM_AWAY, SAM, DEE, DISTRICT], "Sam", "Kim Tran is away until December 3"),
        ([KIM_AWAY, SAM_AWAY, DEE, DISTRICT], "Dee", "Kim Tran is away until December 3"),
        ([KIM_AWAY, DEE_AWAY, REGION, DISTRICT], "Lea", "Kim Tran is away until December 3"),
        ([KIM_AWAY, DISTRICT_AWAY, REGION], "Lou", "Kim Tran is away until December 3"),
        ([KIM_AWAY, ANA_AWAY, NATION], "Nia", "Ana and Kim Tran are away, the first until December 3"),
        ([DISTRICT, REGION], "Lea", "it has no manager"),
        ([DEE], "Dee", "it has no manager"),
        ([KIM_AWAY], "", "Kim Tran is away until December 3"),
        ([], "", "it has no manager"),
    ],
)
def test_the_nearest_who_is_there_receives(candidates: list[Candidate], names: str, why: str) -> None:
    receiving = find_receiving(candidates)
    assert (receiving.names, receiving.why) == (names, why)
    assert receiving.is_usual is not bool(why)
