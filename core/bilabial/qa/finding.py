"""What a check gives: a verdict with findings, and of all verdicts one report with one score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .remarks import NOTHING, Remarks


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at, in seconds of the sound."""

    kind: str  # one of WEIGHTS
    start: float
    end: float
    severity: float  # 0..1: how much of its kind's worst this is
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check of one take. ``share`` is what is in order, 0..1; None where nothing could be judged."""

    kind: str
    share: float | None
    findings: tuple[Finding, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)
    note: str = ""  # why it was not judged
    spoils: bool = False  # nothing else of the take is worth a judgement


# Points of a hundred that each check can cost. Closures are what a viewer misses first; a mouth out of time,
# a wrong text and a spoilt recording come next; untidy keys cost the animator only.
WEIGHTS = {
    "closure": 30.0,
    "contact": 8.0,
    "rest": 6.0,
    "flicker": 3.0,
    "speed": 5.0,
    "sync": 15.0,
    "text": 15.0,
    "keys": 3.0,
    "sound": 15.0,
}
WORST = 0.5  # of what its worst finding may cost, a take loses beside: one bad moment in a long line is seen


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found in one take, worst first."""

    name: str
    duration: float  # seconds
    verdicts: tuple[Verdict, ...]
    remarks: Remarks = NOTHING  # what people said of it; it costs no points

    @property
    def score(self) -> float:
        """0..100: the weighted mean of the shares that are in order, over the checks that could judge, less a
        part of what the worst finding may cost.
        """
        if any(verdict.spoils for verdict in self.verdicts):
            return 0.0
        judged = [verdict for verdict in self.verdicts if verdict.share is not None]
        whole = sum(WEIGHTS[verdict.kind] for verdict in judged)
        good = sum(WEIGHTS[verdict.kind] * verdict.share for verdict in judged if verdict.share is not None)
        if not whole:
            return 0.0
        worst = self.worst
        less = 0.0 if worst is None else WORST * WEIGHTS[worst.kind] * worst.severity
        return round(max(100.0 * good / whole - less, 0.0), 1)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """By what they may cost, then by time."""
        every = [finding for verdict in self.verdicts for finding in verdict.findings]
        return tuple(sorted(every, key=lambda f: (-WEIGHTS[f.kind] * f.severity, f.start, f.kind)))

    @property
    def worst(self) -> Finding | None:
        return next(iter(self.findings), None)

    def counts(self) -> dict[str, int]:
        """Findings by kind, all kinds named."""
        return {
            kind: sum(len(verdict.findings) for verdict in self.verdicts if verdict.kind == kind)
            for kind in WEIGHTS
        }
