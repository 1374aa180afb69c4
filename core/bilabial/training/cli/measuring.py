"""Commands that measure, each writing tables."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..data.sets import STYLES, Clip, Problems, style_of
from .loading import load_sets


def evaluate_models(arguments: argparse.Namespace, problems: Problems) -> None:
    """Measure models on the development speakers and write the tables."""
    from ...models.store import load_model
    from ..measure.evaluation import aligned_truth, as_markdown, evaluate, put_between, write_results

    sets = load_sets(arguments.sets, problems, arguments.labels)
    results = []
    for name in arguments.models:
        model = load_model(name)
        speech: dict[str, list[Clip]] = {}
        quiet: list[Clip] = []
        for folder, clips in sets.items():
            for clip in (clip for clip in clips if clip.split == arguments.split):
                if clip.speaker.startswith("none-"):
                    quiet.append(clip)
                else:
                    speech.setdefault(_table_row(folder, clip), []).append(clip)
        result = evaluate(model, speech, quiet, problems)
        if arguments.aligned:
            english = {
                f"{row}, aligned by itself": [clip for clip in clips if clip.text]
                for row, clips in speech.items()
                if clips[0].language == "en"
            }
            own = evaluate(model, english, [], problems, partial(aligned_truth, model))
            result["speech"] |= own["speech"]
        results.append(result)
    write_results(results, arguments.results)
    shown = " ".join(Path(name).name for name in arguments.models)
    command = f"python -m bilabial.training evaluate {shown} --split {arguments.split} --sets ..."
    if arguments.into is not None:
        put_between(arguments.into, arguments.mark, as_markdown(results, command))
    else:
        sys.stdout.write(as_markdown(results, command) + "\n")


def measure_surroundings(arguments: argparse.Namespace, problems: Problems) -> None:
    """Measure models in noise, rooms, on the telephone and among talkers, or by language, sex, age."""
    import json

    from ...models.store import load_model
    from ...words.store import load_words_model
    from ..measure.evaluation import put_between
    from ..measure.surroundings import as_json, as_markdown, measure, row_names, truth_by

    models = [load_model(name) for name in arguments.models]
    sets = load_sets(arguments.sets, problems)
    by_hand = frozenset(arguments.by_hand)
    clips = [clip for some in sets.values() for clip in some if clip.split == arguments.split]
    voices = [
        clip
        for name, some in sets.items()
        for clip in some
        if clip.split == "train" and name == arguments.babble
    ]
    found = measure(
        models,
        clips,
        voices[:: max(1, len(voices) // 24)][:24],
        truth_by(load_model(arguments.aligner), by_hand),
        row_names(arguments.by),
        problems,
        arguments.by != "set",
        arguments.mild,
        load_words_model(arguments.words_model) if arguments.words_model else None,
    )
    arguments.results.parent.mkdir(parents=True, exist_ok=True)
    arguments.results.write_text(json.dumps(as_json(found), indent=1), encoding="utf-8")
    shown = " ".join(Path(name).name for name in arguments.models)
    writer = f" --words-model {Path(arguments.words_model).name}" if arguments.words_model else ""
    command = f"python -m bilabial.training surroundings {shown}{writer} --by {arguments.by} --sets ..."
    command += " --mild" if arguments.mild else ""
    if arguments.into is not None:
        put_between(arguments.into, arguments.mark, as_markdown(found, command))


def _table_row(folder: str, clip: Clip) -> str:
    """Acted sets by style, synthetic speech by language, other sets as they are."""
    style = style_of(clip)
    if style != STYLES[0]:
        return f"{folder} {style}"
    return f"espeak {clip.language}" if clip.speaker.startswith("espeak-") else folder


def spelling(arguments: argparse.Namespace, problems: Problems) -> None:
    """Our own rules against eSpeak NG, language by language."""
    from ..measure.spelling import measure, words_by_language

    clips = [clip for clips in load_sets(arguments.sets, problems).values() for clip in clips]
    sys.stdout.write("| language | words | groups wrong | words right |\n|---|---|---|---|\n")
    for language, words in words_by_language(clips).items():
        wrong, right, _ = measure(language, words)
        sys.stdout.write(f"| {language} | {len(words)} | {wrong:.1f} % | {right:.0f} % |\n")


def measure_words(arguments: argparse.Namespace, problems: Problems) -> None:
    """What words bring, right, spoilt and found by themselves."""
    from ...models.store import default_model, load_model
    from ...words.store import load_words_model
    from ..measure import word_trust
    from ..measure.words import as_markdown, score_sets

    sets = load_sets(arguments.sets, problems)
    if arguments.sure:
        clips = [
            clip
            for of_set in sets.values()
            for clip in [c for c in of_set if c.split == "dev" and c.text][: arguments.most]
        ]
        ear = load_model(arguments.model or default_model())
        if arguments.words_model:
            told = word_trust.found_words(clips, ear, load_words_model(arguments.words_model))
        else:
            told = word_trust.told_words(clips, ear)
        sys.stdout.write(word_trust.as_markdown(told))
        return
    writer = load_words_model(arguments.words_model) if arguments.words_model else None
    rows = score_sets(sets, load_model(arguments.model or default_model()), writer, arguments.most)
    sys.stdout.write(as_markdown(rows))


def mouth(arguments: argparse.Namespace, problems: Problems) -> None:
    """Measure our mouth against a real one and write the tables."""
    from ...models.store import cached_model, default_model
    from ..data.real_face import read_real_face
    from ..measure.evaluation import put_between
    from ..measure.mouth import LAGS_S, by_group, closing_times, pairs, score
    from ..measure.mouth_contexts import by_context, forward
    from ..measure.mouth_tables import closing_table, context_table, forward_table, group_table, score_table

    on_test = arguments.split == "test"
    clips = [clip for clip in read_real_face(arguments.folder, problems) if clip.is_test == on_test]
    clips = clips[:: arguments.every]
    model = cached_model(arguments.model or default_model())
    command = f"python -m bilabial.training mouth {arguments.folder.name} --split {arguments.split}"
    command += f" --every {arguments.every}" if arguments.every != 1 else ""
    if arguments.drawn:
        _drawn_mouths(arguments, clips, command, problems)
        return
    by_words = pairs(clips, model, True, problems, keys=True)
    by_ear = pairs(clips, model, False, problems, keys=True)
    scores = {"words given": score(by_words), "by ear": score(by_ear)}
    parts = [
        score_table(scores, command),
        group_table(by_group(by_words)),
        closing_table(closing_times(by_words, False), closing_times(by_words, True)),
        context_table(by_context(by_words)),
        forward_table(forward(by_words, LAGS_S)),
    ]
    put_between(arguments.into, arguments.mark, "\n\n".join(parts))


def _drawn_mouths(
    arguments: argparse.Namespace, clips: Sequence[Any], command: str, problems: Problems
) -> None:
    """Networks' faces in speech's place, bare and with lips that speech shuts, beside speech's own."""
    from ...models.store import cached_model, default_model
    from ..measure.evaluation import put_between
    from ..measure.mouth import Drawer, drawn_pairs, score
    from ..measure.mouth_tables import score_table

    ear = cached_model(arguments.model or default_model())
    drawers = [Drawer(cached_model(name), shuts) for name in arguments.drawn for shuts in (False, True)]
    found = drawn_pairs(clips, ear, True, (None, *drawers), problems)
    names = ["by rule, words given"]
    names += [f"{d.model.card.name}, {'lips shut by speech' if d.shuts else 'bare'}" for d in drawers]
    command += "".join(f" --drawn {Path(name).name}" for name in arguments.drawn)
    scores = {name: score(pairs) for name, pairs in zip(names, found, strict=True)}
    put_between(arguments.into, arguments.mark, score_table(scores, command))


def ceiling(arguments: argparse.Namespace, problems: Problems) -> None:
    """Set a network's curves beside those that its teacher draws from phones that somebody heard."""
    from ...models.store import default_model, load_model
    from ..measure.ceiling import as_markdown, measure
    from ..measure.evaluation import put_between

    ear = load_model(arguments.ear or default_model())
    clips = [
        clip
        for of_set in load_sets(arguments.sets, problems, arguments.labels).values()
        for clip in [c for c in of_set if c.split == "dev"][:: arguments.every]
    ]
    found = measure(load_model(arguments.model), ear, clips, lambda clip: clip.name.split("/")[0], problems)
    command = f"python -m bilabial.training ceiling {Path(arguments.model).name} --ear {ear.card.name}"
    table = as_markdown(found, f"{command} --every {arguments.every} --sets ...")
    put_between(arguments.into, arguments.mark, table)


def layers(arguments: argparse.Namespace, problems: Problems) -> None:
    """Set what the layers of the face make beside what a real face does."""
    from ...models.store import cached_model, default_model
    from ..data.real_face import read_real_face
    from ..measure.evaluation import put_between
    from ..measure.layers import as_markdown, made_faces, real_faces, statistics

    clips = list(read_real_face(arguments.folder, problems))[:: arguments.every]
    model = cached_model(default_model())
    real = real_faces(clips, problems)
    made = made_faces(real, model, model.network.hears, problems)
    command = f"python -m bilabial.training layers {arguments.folder.name} --every {arguments.every}"
    table = as_markdown(statistics([face for _, face, _ in real]), statistics(made), command)
    put_between(arguments.into, arguments.mark, table)


def emotion(arguments: argparse.Namespace, problems: Problems) -> None:
    """Teach the ear for emotion, and judge it on actors left out."""
    from ..labels.emotion import as_markdown, fit, gather, leave_one_out, write_model
    from ..measure.evaluation import put_between

    sets = load_sets(arguments.sets, problems)
    windows = gather([clip for clips in sets.values() for clip in clips], problems)
    if arguments.output is not None:
        write_model(fit(windows, np.ones(len(windows.labels), bool)), arguments.output, ", ".join(sets))
    command = f"python -m bilabial.training emotion {' '.join(sets)}"
    table = as_markdown(leave_one_out(windows), len(set(windows.speakers.tolist())), command)
    put_between(arguments.into, arguments.mark, table)
