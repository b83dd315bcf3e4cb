"""What a supervisor may ask for, and a finished month as it is kept."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from localcare.simulation.core.assumptions import Assumptions
from localcare.simulation.core.month import Month

MONTH: TypeAdapter[Month] = TypeAdapter(Month)
GIVEN: TypeAdapter[Assumptions] = TypeAdapter(Assumptions)
SEEDS = 2
"""Months of each way that a question from the page plays: enough to see chance, quick enough to wait for."""

Minutes = Annotated[float, Field(gt=0, le=240)]
Wage = Annotated[float, Field(gt=0, le=1_000)]


class StaffingForm(BaseModel):
    """The numbers of a supervisor's own team. Shares are in per cent, as people type them."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    agents: Annotated[int, Field(ge=9, le=500)]
    cases: Annotated[int, Field(ge=100, le=300_000)]
    spike: Annotated[float, Field(ge=1, le=20)]
    mentions_per_case: Annotated[float, Field(ge=1, le=200)]
    reading_s: Annotated[float, Field(ge=0, le=600)]
    skill_right: Annotated[float, Field(ge=0, le=100)]
    promise_min: Annotated[float, Field(gt=0, le=10_080)]
    handling_1: Minutes
    handling_2: Minutes
    handling_3: Minutes
    wage_1: Wage
    wage_2: Wage
    wage_3: Wage

    def assumptions(self) -> Assumptions:
        """The same for the simulation; what is not asked keeps its default."""
        return Assumptions(
            agents=self.agents,
            cases=self.cases,
            spike=self.spike,
            mentions_per_case=self.mentions_per_case,
            reading_s=self.reading_s,
            skill_right=self.skill_right / 100,
            promise_min=self.promise_min,
            handling_min=(self.handling_1, self.handling_2, self.handling_3),
            wages=(self.wage_1, self.wage_2, self.wage_3),
        )


_SENTENCES = {
    "missing": "Fill this in.",
    "greater_than_equal": "This must be at least {ge:g}.",
    "less_than_equal": "This can be at most {le:g}.",
    "greater_than": "This must be above {gt:g}.",
    "int_parsing": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
}


def faults_of(error: ValidationError) -> dict[str, str]:
    """What is wrong with each field, in a sentence."""
    return {
        str(fault["loc"][0]): _SENTENCES.get(fault["type"], "This must be a number.").format(**fault.get("ctx", {}))
        for fault in error.errors()
        if fault["loc"]
    }


class ShippedMonth(BaseModel):
    """The file that `localcare simulate staffing --json` wrote; only the month is shown."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    month: Month
