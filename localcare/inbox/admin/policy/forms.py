"""What is typed about a policy: its text, or one of the common changes to it."""

from typing import Literal

from pydantic import BaseModel, Field

from localcare.errors import InvalidError
from localcare.routing.editing import NewRule, add_rule, set_promise

_LONGEST = 200_000


class PolicyChange(BaseModel):
    """One form with the text, the minutes of a queue and a new rule; `do` says which button was pressed."""

    body: str = Field(default="", max_length=_LONGEST)
    why: str = Field(default="", max_length=500)
    do: Literal["check", "try", "draft", "apply", "clocks", "rule"] = "check"
    queue: str = ""
    acknowledge: str = ""
    first_reply: str = ""
    next_reply: str = ""
    resolve: str = ""
    rule_name: str = Field(default="", max_length=80)
    rule_before: str = ""
    rule_to: str = "centre"
    rule_skill: str = ""
    rule_tier: Literal["", "1", "2", "3"] = ""
    rule_because: str = Field(default="", max_length=200)
    rule_topic: str = ""
    rule_matter: str = ""
    rule_regions: str = Field(default="", max_length=500)
    rule_known: Literal["", "yes", "no"] = ""

    @property
    def text(self) -> str:
        """The text as it was typed, with the ends of lines of a file."""
        return self.body.replace("\r\n", "\n").replace("\x00", "").strip() + "\n"

    def changed_text(self) -> str:
        """The text with the change of the form that was sent. InvalidError says what the form lacks."""
        if self.do == "clocks":
            return set_promise(self.text, self.queue, self._minutes())
        return add_rule(self.text, self._rule()) if self.do == "rule" else self.text

    def _minutes(self) -> dict[str, int]:
        typed = {"acknowledge": self.acknowledge, "first_reply": self.first_reply, "next_reply": self.next_reply,
                 "resolve": self.resolve}  # fmt: skip
        wrong = [
            name.replace("_", " ")
            for name, text in typed.items()
            if not (text.isdecimal() and len(text) < 7 and int(text) > 0)
        ]
        if wrong:
            raise InvalidError(f"Give whole minutes for: {', '.join(wrong)}.")
        return {name: int(text) for name, text in typed.items()}

    def _rule(self) -> NewRule:
        if not self.rule_name.strip() or not self.rule_because.strip():
            raise InvalidError("A rule needs a name, and a reason that people read on the case.")
        words = {
            "topics": [self.rule_topic] if self.rule_topic else [],
            "matters": [self.rule_matter] if self.rule_matter else [],
            "regions": self.rule_regions.replace(",", " ").split(),
        }
        return NewRule(
            self.rule_name.strip(), self.rule_to, self.rule_because.strip(), self.rule_before, self.rule_skill,
            self.rule_tier, words, self.rule_known,
        )  # fmt: skip
