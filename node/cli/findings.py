"""What `hedgerow doctor` says of one thing that it looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what is so, and where it is not good why that matters and what
    to do about it."""

    is_good: bool
    sentence: str
    why: str = ""
    remedy: str = ""

    @property
    def lines(self) -> list[str]:
        """As a terminal shows it."""
        if self.is_good:
            return [f"ok    {self.sentence}"]
        told = [f"LOOK  {self.sentence}"]
        if self.why:
            told.append(f"      Why it matters: {self.why}")
        if self.remedy:
            told.append(f"      What to do: {self.remedy}")
        return told


def good(sentence: str) -> Finding:
    return Finding(True, sentence)


def look(sentence: str, why: str, remedy: str) -> Finding:
    return Finding(False, sentence, why, remedy)
