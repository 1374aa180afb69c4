"""A model on speakers that it never heard: the tables of docs/evaluation.md.

Everything is measured through the door that users take: features, network, decoder, the network's own
curves or the procedural ones, hard rules.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...atomic import write_atomically
from ...audio.hearings import rows_of
from ...audio.prosody import Prosody, prosody
from ...controls import GROUPS, JALI_FIELD, SILENCE
from ...errors import FormatError, PhoneError
from ...models.prediction import Prediction
from ...models.store import Model
from ...phonemes.align import align
from ...phonemes.decode import DecodeOptions, best_path, decode, shipped_tables
from ...phonemes.inventory import targets
from ...phonemes.pronounce import words_of
from ...phonemes.track import PhoneTrack
from ...solve.jali.field import FieldStatistics
from ...solve.jali.solve import field_statistics
from ...solve.pieces import dense_curves
from ...solve.rules import RuleOptions
from ..data.batches import read_clip
from ..data.sets import Clip, Problems
from .measures import CurveScore, EventScore, FrameScore, score_events, spread

log = logging.getLogger(__name__)

_SILENT = GROUPS.index(SILENCE)
QUIET_BELOW = 0.2  # what no control may exceed where nobody speaks


@dataclass(slots=True)
class SpeechScore:
    """One set of clips, or one language, or one style."""

    frames_heard: FrameScore = field(default_factory=FrameScore)  # likeliest of the 20 groups, row by row
    frames: FrameScore = field(default_factory=FrameScore)  # after decoding
    events: dict[str, EventScore] = field(default_factory=dict)
    curves: CurveScore = field(default_factory=CurveScore)
    by_speaker: dict[str, CurveScore] = field(default_factory=dict)
    accuracy_by_speaker: dict[str, FrameScore] = field(default_factory=dict)
    clips: int = 0
    seconds: float = 0.0

    def summary(self) -> dict[str, Any]:
        """Plain numbers for JSON and cards."""
        shifts = self.events.get("m b p", EventScore())
        return {
            "clips": self.clips,
            "minutes": round(self.seconds / 60, 1),
            "frame_accuracy": _round(self.frames_heard.accuracy),
            "frame_accuracy_decoded": _round(self.frames.accuracy),
            "frame_accuracy_sd": _round(spread(one.accuracy for one in self.accuracy_by_speaker.values())),
            "silence_kept": _round(self.frames.quiet_right / max(1, self.frames.quiet)),
            "events": {
                name: {
                    "recall": _round(one.recall), "precision": _round(one.precision), "f1": _round(one.f1),
                    "true": one.true,
                }
                for name, one in self.events.items()
            },
            "closure_median_shift_ms": _round(shifts.median_shift * 1000, 1),
            "closure_within_40_ms": _round(shifts.near_share),
            "activation_precision": _round(self.curves.precision),
            "activation_recall": _round(self.curves.recall),
            "activation_sd": _round(
                float(np.mean([
                    spread(one.precision for one in self.by_speaker.values()),
                    spread(one.recall for one in self.by_speaker.values()),
                ]))
            ),
            "motion_difference": _round(self.curves.mean_difference),
            "motion_difference_sd": _round(spread(one.mean_difference for one in self.by_speaker.values())),
        }  # fmt: skip


def _round(value: float, digits: int = 4) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def score_clip(model: Model, clip: Clip, truth: PhoneTrack, score: SpeechScore) -> None:
    """Add one clip."""
    samples = read_clip(clip)
    prediction = model.predict(rows_of(samples, model.network.hears))
    groups = prediction.groups
    by_row, _ = targets(truth, len(groups))
    likeliest = groups[:, :_SILENT].argmax(axis=1)
    score.frames_heard.add(likeliest, by_row)
    path = best_path(groups, shipped_tables())
    score.frames.add(path, by_row)
    score.accuracy_by_speaker.setdefault(clip.speaker, FrameScore()).add(likeliest, by_row)
    found = decode(groups, DecodeOptions())
    score_events(truth, found, score.events)
    heard = prosody(samples)
    # The procedural field is measured against the same clip statistics on both sides.
    statistics = field_statistics(truth, heard)
    true_curves = _curves(None, model, truth, heard, statistics)
    found_curves = _curves(prediction, model, found, heard, statistics)
    score.curves.add(found_curves, true_curves)
    score.by_speaker.setdefault(clip.speaker, CurveScore()).add(found_curves, true_curves)
    score.clips += 1
    score.seconds += len(samples) / 16_000


def _curves(
    prediction: Prediction | None,
    model: Model,
    track: PhoneTrack,
    heard: Prosody,
    statistics: FieldStatistics,
) -> np.ndarray[Any, np.dtype[np.float32]]:
    """As generate draws them; without a prediction the teacher's."""
    dense, _ = dense_curves(prediction, model.card.thresholds, track, heard, statistics, RuleOptions())
    return dense


def score_quiet(model: Model, clips: Sequence[Clip]) -> dict[str, float]:
    """Share of rows without any shape above QUIET_BELOW, by kind of sound (the clip's note)."""
    calm: dict[str, list[int]] = {}
    for clip in clips:
        samples = read_clip(clip)
        prediction = model.predict(rows_of(samples, model.network.hears))
        found = decode(prediction.groups)
        heard = prosody(samples)
        dense = _curves(prediction, model, found, heard, field_statistics(found, heard))
        below = np.all(dense[:, len(JALI_FIELD) :] <= QUIET_BELOW, axis=1)
        for key in (clip.note, "all"):
            total = calm.setdefault(key, [0, 0])
            total[0] += int(below.sum())
            total[1] += len(dense)
    return {key: round(good / count, 4) for key, (good, count) in calm.items()}


def aligned_truth(model: Model, clip: Clip) -> PhoneTrack | None:
    """The clip's text laid along its sound by the model itself: an aligned label, as issue and paper use
    them.
    """
    if not clip.text or "sounds" not in model.card.says:
        return None
    groups, sounds = model.sounds(rows_of(read_clip(clip), model.network.hears))
    try:
        return align(groups, sounds, words_of(clip.text, clip.language))
    except PhoneError:
        return None


def evaluate(
    model: Model,
    speech: Mapping[str, Sequence[Clip]],
    quiet: Sequence[Clip],
    problems: Problems,
    truth_of: Callable[[Clip], PhoneTrack | None] = lambda clip: clip.phones,
) -> dict[str, Any]:
    """All scores of a model as plain numbers. ``speech``: a table's row name -> its clips."""
    result: dict[str, Any] = {"model": model.card.name, "version": model.card.version, "speech": {}}
    for name, clips in speech.items():
        score = SpeechScore()
        for clip in clips:
            truth = truth_of(clip)
            if truth is None:
                problems.add(clip.name, "it has no labels to measure against")
                continue
            score_clip(model, clip, truth, score)
        if score.clips:
            result["speech"][name] = score.summary()
            log.info("%s: %s", name, json.dumps(result["speech"][name]))
    if quiet:
        result["quiet"] = score_quiet(model, quiet)
        log.info("quiet: %s", json.dumps(result["quiet"]))
    return result


def card_scores(result: Mapping[str, Any]) -> dict[str, Any]:
    """The few scores that a card gives; the rest is in docs/evaluation.md."""
    rows = {
        name: {
            "rows_right": one["frame_accuracy"],
            "m_b_p_f1": one["events"]["m b p"]["f1"],
            "f_v_f1": one["events"]["f v"]["f1"],
            "minutes": one["minutes"],
        }
        for name, one in result["speech"].items()
    }
    return {"unseen_speakers": rows, "rows_at_rest_without_speech": result.get("quiet", {}).get("all")}


def as_markdown(results: Sequence[Mapping[str, Any]], command: str) -> str:
    """Tables for docs/evaluation.md."""
    lines = []
    for result in results:
        lines += [f"### {result['model']} {result['version']}", "", f"`{command}`", ""]
        speech = result["speech"]
        lines += [
            "| clips | minutes | rows right | after decoding | SD over speakers | silence kept |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        lines += [
            f"| {name} | {one['minutes']} | {_percent(one['frame_accuracy'])} | "
            f"{_percent(one['frame_accuracy_decoded'])} | {_percent(one['frame_accuracy_sd'])} | "
            f"{_percent(one['silence_kept'])} |"
            for name, one in speech.items()
        ]
        lines += ["", "Events within 40 ms: recall / precision / F1.", ""]
        kinds = list(next(iter(speech.values()))["events"]) if speech else []
        lines += [
            f"| clips | {' | '.join(kinds)} | closures' median shift | within 40 ms |",
            "| --- |" + " --- |" * (len(kinds) + 2),
        ]
        for name, one in speech.items():
            cells = [_event(one["events"].get(kind)) for kind in kinds]
            shift = one["closure_median_shift_ms"]
            lines.append(
                f"| {name} | {' | '.join(cells)} | {'-' if shift is None else f'{shift:+.0f} ms'} | "
                f"{_percent(one['closure_within_40_ms'])} |"
            )
        lines += [
            "",
            "Curves against the procedural teacher on the true labels.",
            "",
            "| clips | activation precision | recall | SD | motion curve difference | SD |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        lines += [
            f"| {name} | {_percent(one['activation_precision'])} | {_percent(one['activation_recall'])} | "
            f"{_percent(one['activation_sd'])} | {_percent(one['motion_difference'])} | "
            f"{_percent(one['motion_difference_sd'])} |"
            for name, one in speech.items()
        ]
        if "quiet" in result:
            lines += ["", "Rows in which no shape is above 0.2 where nobody speaks.", ""]
            lines += ["| sound | rows at rest |", "| --- | --- |"]
            lines += [f"| {name} | {_percent(share)} |" for name, share in result["quiet"].items()]
        lines.append("")
    return "\n".join(lines)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _event(one: Mapping[str, Any] | None) -> str:
    if one is None or one["f1"] is None:
        return "-"
    return f"{one['recall'] or 0:.2f} / {one['precision'] or 0:.2f} / **{one['f1']:.2f}**"


def write_results(results: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """One JSON a model, for cards."""
    folder.mkdir(parents=True, exist_ok=True)
    for result in results:
        (folder / f"{result['model']}.json").write_text(json.dumps(result, indent=1), encoding="utf-8")


def put_between(path: Path, mark: str, text: str) -> None:
    """Replace what stands between the marks of a Markdown file."""
    head, tail = around(path, mark)
    write_atomically(path, f"{head}\n\n{text}\n{tail}")


def around(path: Path, mark: str) -> tuple[str, str]:
    """What stands before and after the place that a mark names, marks included."""
    begin, end = f"<!-- begin {mark} -->", f"<!-- end {mark} -->"
    try:
        page = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FormatError(f"cannot read {path} ({error.strerror}): name a Markdown file") from error
    head, found, rest = page.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise FormatError(f"{path} lacks the lines {begin} and {end}: add them where the tables belong")
    return head + begin, end + tail
