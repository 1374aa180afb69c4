"""The tables of our mouth beside a real one, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .mouth import ClosingTimes, MouthScore, PhoneRow
from .mouth_contexts import ContextRow, Forward


def score_table(scores: Mapping[str, MouthScore], command: str) -> str:
    lines = [
        f"`{command}`",
        "",
        "| | clips | gap r | width r | gap r, mean of clips | width r, mean of clips | best lag "
        "| his m b p that ours meets | ours that his meets | keys a second |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, told in scores.items():
        keys = f"{told.keys_a_second:.1f}" if told.keys_a_second else "–"
        lines.append(
            f"| {name} | {told.clips} | {told.gap_r:.2f} | {told.width_r:.2f} | {told.gap_within:.2f} "
            f"| {told.width_within:.2f} | {told.best_lag * 1000:+.0f} ms | {told.met:.0%} of {told.closures} "
            f"| {'–' if np.isnan(told.met_by) else f'{told.met_by:.0%}'} | {keys} |"
        )
    ceilings = [told.ceiling for told in scores.values()]
    lines += [
        "",
        f"Under the tracker's own noise a perfect mouth would reach a gap r of {max(ceilings):.3f}.",
    ]
    return "\n".join(lines)


def group_table(rows: Sequence[PhoneRow]) -> str:
    gap = np.corrcoef([[row.real_gap, row.ours_gap] for row in rows], rowvar=False)[0, 1]
    width = np.corrcoef([[row.real_width, row.ours_width] for row in rows], rowvar=False)[0, 1]
    lines = [
        f"At the middles of the phones, over the groups: r {gap:.2f} for the gap, {width:.2f} for the width.",
        "",
        "| group | phones | his gap | our gap | his width | our width "
        "| his widest moment | our widest moment |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {row.group} | {row.count} | {row.real_gap:.3f} | {row.ours_gap:.3f} | {row.real_width:.3f} "
            f"| {row.ours_width:.3f} | {row.real_widest * 1000:+.0f} ms | {row.ours_widest * 1000:+.0f} ms |"
            for row in rows
        ),
    ]
    return "\n".join(lines)


def closing_table(his: ClosingTimes, ours: ClosingTimes) -> str:
    lines = [
        "| m b p inside speech | closures | half closed | least gap | half open again | between the halves "
        "| closing | opening |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, told in (("his", his), ("ours", ours)):
        lines.append(
            f"| {name} | {told.count} | {told.onset * 1000:+.0f} ms | {told.closed * 1000:+.0f} ms "
            f"| {told.release * 1000:+.0f} ms | {told.hold * 1000:.0f} ms "
            f"| {told.closing_speed:.2f} a second | {told.opening_speed:.2f} a second |"
        )
    lines += ["", "The first two count from the phone's start, the third from its end."]
    return "\n".join(lines)


def context_table(rows: Sequence[ContextRow]) -> str:
    lines = [
        "| at the middles of | phones | his gap | our gap | his width | our width "
        "| his widest moment | our widest moment | his lips forward | our lips forward |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(
            f"| {row.context} | {row.count} | {row.real_gap:.3f} | {row.ours_gap:.3f} "
            f"| {row.real_width:.3f} | {row.ours_width:.3f} | {row.real_widest * 1000:+.0f} ms "
            f"| {row.ours_widest * 1000:+.0f} ms | {row.real_forward:.3f} | {row.ours_forward:.3f} |"
            for row in rows
        ),
        "",
        "The widest moment counts from the phone's start; lips forward are counted as in the table below.",
    ]
    return "\n".join(lines)


def forward_table(told: Forward) -> str:
    over = np.corrcoef([[his, ours] for _, _, his, ours in told.groups], rowvar=False)[0, 1]
    lines = [
        f"Lips forward: r {told.r:.2f} over the frames, {over:.2f} over the groups; "
        f"best lag {told.best_lag * 1000:+.0f} ms.",
        "",
        "| group | phones | his pucker and funnel (the tracker's, 0 to 2) | ours, distances of the eyes |",
        "|---|---|---|---|",
        *(f"| {name} | {count} | {his:.3f} | {ours:.3f} |" for name, count, his, ours in told.groups),
    ]
    return "\n".join(lines)
