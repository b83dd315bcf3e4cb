"""Network's ends of a Page for tests: one that keeps what was posted, one that fails by a script."""

from dataclasses import dataclass, field

from localcare.channels.facebook.client import GraphError
from localcare.channels.facebook.sending import Errand


@dataclass
class RecordingNetwork:
    """Keeps every errand; raises what it is told to, after doing it when asked to."""

    posted: list[tuple[str, str]] = field(default_factory=list)
    errands: list[Errand] = field(default_factory=list)
    looks: int = 0
    error: GraphError | None = None
    loses_answer: bool = False

    def send(self, errand: Errand) -> str:
        if self.error and not self.loses_answer:
            raise self.error
        self.posted.append((errand.target_id, errand.text))
        self.errands.append(errand)
        if self.error:
            raise self.error
        return self._id(len(self.posted))

    def find_done(self, errand: Errand) -> str | None:
        self.looks += 1
        numbers = [n for n, done in enumerate(self.errands, 1) if _same(done, errand)]
        return self._id(numbers[-1]) if numbers else None

    def _id(self, number: int) -> str:
        errand = self.errands[number - 1]
        is_answer = errand.kind in ("comment", "private", "message")
        return f"{errand.target_id}_c{number}" if is_answer else errand.target_id


@dataclass
class FickleNetwork:
    """A Page's end that does to each call what the script says, then everything asked for."""

    script: list[str] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)

    def send(self, errand: Errand) -> str:
        match self.script.pop(0) if self.script else "":
            case "refused before it was done":
                raise GraphError("retry")
            case "not done and no answer":
                raise GraphError("unknown_result")
            case ("token" | "permission" | "quota" | "retry") as kind:
                raise GraphError(kind, detail="as Meta put it")
            case "done but the answer was lost":
                self.posted.append(errand.text)
                raise GraphError("unknown_result")
            case _:
                self.posted.append(errand.text)
                return f"{errand.target_id}_{len(self.posted)}"

    def find_done(self, errand: Errand) -> str | None:
        return f"{errand.target_id}_{len(self.posted)}" if errand.text in self.posted else None


def _same(one: Errand, other: Errand) -> bool:
    return (one.kind, one.target_id, one.text) == (other.kind, other.target_id, other.text)
