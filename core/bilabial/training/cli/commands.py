"""The commands of ``python -m bilabial.training``."""

from __future__ import annotations

import argparse
import logging
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import BilabialError
from ...refusals import EXPECTED, sentence
from ..data.batches import Corpus, build_corpus, hold_out, split_anew
from ..data.sets import STYLES, Clip, Problems, read_phones_tsv, read_set, style_of
from ..engine.config import RunConfig, read_config
from ..families.found import Export, family
from . import faces, portrait

log = logging.getLogger("bilabial.training")
_PHONEMES = Path(__file__).resolve().parents[2] / "phonemes"


def load_sets(
    folders: Sequence[str], problems: Problems, labels: Path | None = None
) -> dict[str, list[Clip]]:
    """Sets by folder name; with labels from elsewhere where there are some."""
    named: dict[str, Path] = {}
    for folder in map(Path, folders):
        first = named.setdefault(folder.resolve().name, folder)
        if first.resolve() != folder.resolve():
            raise BilabialError(
                f"{first} and {folder} are two sets of one name: rename a folder, for clips are told by it"
            )
    sets = hold_out({name: read_set(folder, problems) for name, folder in named.items()})
    if labels is not None:
        for name, clips in sets.items():
            if (labels / f"{name}.tsv").is_file():
                better = read_phones_tsv(labels / f"{name}.tsv")
                sets[name] = [replace(clip, phones=better.get(clip.name, clip.phones)) for clip in clips]
    return sets


def load_corpus(config: RunConfig, problems: Problems) -> Corpus:
    """Everything that a run trains on."""
    sets = load_sets(config.sets, problems, Path(config.labels) if config.labels else None)
    sets = split_anew(sets, config.held_out)
    hears = family(config.architecture).HEARS
    if hears is None:
        raise BilabialError(f"{config.architecture} does not learn from sets of speech")
    return build_corpus(sets, Path(config.cache), problems, config.speeds, hears=hears)


def make_task(config: RunConfig, corpus: Corpus | None, problems: Problems) -> Any:
    """The task that the configuration names."""
    return family(config.architecture).make_task(config, corpus, problems)


def whole_task(config: RunConfig, problems: Problems) -> Any:
    """The same with everything that it trains on, read for it."""
    speech = family(config.architecture).HEARS is not None
    return make_task(config, load_corpus(config, problems) if speech else None, problems)


def train(arguments: argparse.Namespace, problems: Problems) -> None:
    """Train, or go on training."""
    from ..engine.trainer import Trainer

    config = read_config(arguments.config, overrides(arguments.set))
    task = whole_task(config, problems)
    trainer = Trainer(task, arguments.run, config.trainer)
    trainer.begin(_folder_of(arguments.start_from))
    trainer.run()


def _folder_of(start: Path | None) -> Path | None:
    """A checkpoint or a folder as it is; the folder of a shipped model where a name is given."""
    from ... import resources

    if start is None or start.exists():
        return start
    shipped = resources.folder("trained_models") / start
    return shipped if len(start.parts) == 1 and shipped.is_dir() else start


def realign(arguments: argparse.Namespace, problems: Problems) -> None:
    """Label every clip with a text anew, by the network's own ears."""
    from ..labels.realign import listener, realign_set

    network = listener(_folder_of(arguments.checkpoint) or arguments.checkpoint)
    for folder in arguments.sets:
        sets = load_sets([folder], problems)
        corpus = build_corpus(sets, arguments.cache, problems, (1.0,), hears=network.hears)
        for name in sets:
            realign_set(name, corpus, network, arguments.languages.split(","), arguments.output, problems)


def export_model(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write a model folder from a checkpoint."""
    import json

    from ...audio.hearings import rows_of
    from ...audio.reading import read
    from ..data.credits import credits_of
    from ..measure.evaluation import card_scores

    scores = card_scores(json.loads(arguments.scores.read_text(encoding="utf-8"))) if arguments.scores else {}
    config = read_config(arguments.config, overrides(arguments.set))
    chosen = family(config.architecture)
    golden = rows_of(read(arguments.golden), chosen.HEARS or "features-65")[:300]
    card = chosen.export(
        Export(
            arguments.checkpoint,
            arguments.folder,
            arguments.version,
            config,
            credits_of(config),
            golden,
            scores,
            lambda one: whole_task(one, problems),
        )
    )
    log.info("wrote %s %s", card.name, card.version)


def blend_models(arguments: argparse.Namespace, problems: Problems) -> None:
    """Mix the weights of a model and of one that was trained from it."""
    from ..make.blend import blend

    made = blend(arguments.older, arguments.newer, arguments.share, arguments.output, arguments.version)
    log.info("wrote %s %s", made.name, made.version)


def recognise(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write what a phone recogniser hears in each clip."""
    from ..labels.recognise import recognise_set

    for name, clips in load_sets(arguments.sets, problems).items():
        recognise_set(clips, arguments.output / f"{name}.tsv", problems)


def variants(arguments: argparse.Namespace, problems: Problems) -> None:
    """Train and measure every variant of VisemeNet; write the paper's tables."""
    from ..families.visemenet.variant_tables import all_variants, as_markdown, run_variants
    from ..measure.evaluation import put_between

    config = read_config(arguments.config, overrides(arguments.set))
    names = arguments.only or all_variants("recognised" in config.task)
    corpus = load_corpus(config, problems)
    rows = run_variants(config, corpus, problems, arguments.run, names, arguments.joint_steps)
    put_between(arguments.into, arguments.mark, as_markdown(rows))


def folds(arguments: argparse.Namespace, problems: Problems) -> None:
    """Measure each speaker of a set by a network that never heard that speaker."""
    from ..measure.evaluation import as_markdown, put_between
    from ..measure.folds import run_folds

    def load(config: RunConfig) -> tuple[Corpus, Any]:
        corpus = load_corpus(config, problems)
        return corpus, make_task(config, corpus, problems)

    config = read_config(arguments.config, overrides(arguments.set))
    result = run_folds(config, arguments.name, arguments.run, arguments.fold_steps, load, problems)
    command = f"python -m bilabial.training folds {arguments.config.name} {arguments.name} --run ..."
    put_between(arguments.into, arguments.mark, as_markdown([result], command))


def tune_decoder(arguments: argparse.Namespace, problems: Problems) -> None:
    """Make the decoder's tables: language from texts and labels, weights from held-out speakers."""
    from ...models.store import load_model
    from ...phonemes.track import PhoneTrack
    from ..data.batches import as_heard
    from ..labels.decoder import make_tables, save_tables, tune

    model = load_model(arguments.model)
    sets = load_sets(arguments.sets, problems, arguments.labels)
    tracks: dict[str, list[PhoneTrack]] = {}
    for clip in (clip for clips in sets.values() for clip in clips):
        if clip.split == "train" and clip.phones is not None:
            tracks.setdefault(clip.language.split("-")[0], []).append(clip.phones)
    tables = make_tables(arguments.text, tracks)
    spared = {name: [clip for clip in clips if clip.split == "tune"] for name, clips in sets.items()}
    corpus = build_corpus(
        {name: clips for name, clips in spared.items() if clips}, arguments.cache, problems, (1.0,),
        hears=model.network.hears,
    )  # fmt: skip
    heard = []
    for name, track in corpus.phones.items():
        rows = as_heard(np.asarray(corpus.compact_rows(name), dtype=np.float32), model.network.hears)
        heard.append((model.predict(rows).groups, track))
    save_tables(tune(tables, heard), arguments.output)


def evaluate_models(arguments: argparse.Namespace, problems: Problems) -> None:
    """Measure models on the development speakers and write the tables."""
    from ...models.store import load_model
    from ..measure.evaluation import aligned_truth, as_markdown, evaluate, put_between, write_results

    sets = load_sets(arguments.sets, problems)
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


def measure_surroundings(arguments: argparse.Namespace, problems: Problems) -> None:
    """Measure models in noise, rooms, on the telephone and among talkers, or by language, sex, age."""
    import json

    from ...models.store import load_model
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
    )
    arguments.results.parent.mkdir(parents=True, exist_ok=True)
    arguments.results.write_text(json.dumps(as_json(found), indent=1), encoding="utf-8")
    shown = " ".join(Path(name).name for name in arguments.models)
    command = f"python -m bilabial.training surroundings {shown} --by {arguments.by} --sets ..."
    if arguments.into is not None:
        put_between(arguments.into, arguments.mark, as_markdown(found, command))


def _table_row(folder: str, clip: Clip) -> str:
    """Acted sets by style, synthetic speech by language, other sets as they are."""
    style = style_of(clip)
    if style != STYLES[0]:
        return f"{folder} {style}"
    return f"espeak {clip.language}" if clip.speaker.startswith("espeak-") else folder


def nonspeech(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write sounds without speech."""
    from ..make.nonspeech import write_nonspeech

    write_nonspeech(arguments.folder, arguments.clips, arguments.seed, arguments.split)


def synthesise(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write sets of synthetic speech with exact labels."""
    from ..make.synthetic import write_espeak, write_flite

    texts = {path.name.split("-")[0]: path for path in sorted(arguments.texts.glob("*-udhr.txt"))}
    english = arguments.texts / "en-librispeech.txt"
    if arguments.engine == "flite":
        write_flite(arguments.folder, english, arguments.clips, arguments.seed)
    else:
        texts |= {"en-us": english} if english.is_file() else {}
        write_espeak(arguments.folder, texts, arguments.minutes, arguments.seed, arguments.split)


def wear(arguments: argparse.Namespace, problems: Problems) -> None:
    """Write sets of old clips through codecs and at other pitches."""
    from ..make.codec_augmentation import write_worn

    for name, clips in load_sets(arguments.sets, problems, arguments.labels).items():
        write_worn(arguments.folder / f"{name}-worn", clips, arguments.share, arguments.seed, problems)


def dictionary(arguments: argparse.Namespace, problems: Problems) -> None:
    """Pack a CMU dictionary for the aligner."""
    from ...atomic import atomic_path
    from ...phonemes.dictionary import pack

    with atomic_path(arguments.output) as temporary:
        temporary.write_bytes(pack(arguments.cmudict.read_text("latin-1")))


def letters(arguments: argparse.Namespace, problems: Problems) -> None:
    """Count pieces of spelling for the letter model, and measure it."""
    from ..make.letters import write

    found = write(Path(arguments.output))
    sys.stdout.write("".join(f"{name}: {value:.1f} %\n" for name, value in found.items()))


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
        told = word_trust.told_words(clips, load_model(arguments.model or default_model()))
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
    from ..measure.mouth import by_group, closing_times, pairs, score
    from ..measure.mouth_tables import closing_table, group_table, score_table

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


def overrides(pairs: Sequence[str]) -> Mapping[str, Any]:
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BilabialError(f"--set {pair!r} lacks a value: write it as trainer.steps=100")
        try:
            found[name.strip()] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            found[name.strip()] = value
    return found


def _settings_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change a setting")


def _table_arguments(one: argparse.ArgumentParser, mark: str, required: bool = True) -> None:
    one.add_argument("--into", type=Path, required=required, help="Markdown file to put the tables into")
    one.add_argument("--mark", default=mark, help="between <!-- begin MARK --> and <!-- end MARK -->")


def parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    top = argparse.ArgumentParser(prog="python -m bilabial.training", description=__doc__)
    top.add_argument(
        "--strict", action="store_true", help="stop at the first clip that is wrong instead of skipping it"
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    portrait.add_parsers(commands)
    faces.add_parsers(commands)

    one = commands.add_parser("train", help="train a network, or go on after a stop")
    one.add_argument("config", type=Path, help="TOML file; see core/bilabial/training/families/*/configs")
    one.add_argument("--run", type=Path, required=True, help="folder for checkpoints and logs")
    one.add_argument(
        "--start-from",
        type=Path,
        help="checkpoint, model folder or name of a shipped model whose weights begin a new run",
    )
    _settings_arguments(one)
    one.set_defaults(run_command=train)

    one = commands.add_parser("realign", help="align texts by a trained network and write better labels")
    one.add_argument("checkpoint", type=Path, help="of a run; or a model folder, or a shipped model's name")
    one.add_argument("sets", nargs="+")
    one.add_argument("--languages", default="en", help="of the clips to align: en,de or all")
    one.add_argument("--cache", type=Path, default=Path("runs/cache"))
    one.add_argument("-o", "--output", type=Path, required=True, help="folder for one SET.tsv a set")
    one.set_defaults(run_command=realign)

    one = commands.add_parser("export", help="write a model folder from a checkpoint")
    one.add_argument("checkpoint", type=Path)
    one.add_argument("folder", type=Path, help="its name becomes the model's name")
    one.add_argument("--version", default="1")
    one.add_argument("--scores", type=Path, help="JSON of the evaluation, for the card")
    one.add_argument(
        "--golden", type=Path, required=True, help="a sound that may be published: its output is kept"
    )
    one.add_argument(
        "--config",
        type=Path,
        required=True,
        help="the run's: its sets are credited, and VisemeNet's thresholds set on its held-out clips",
    )
    _settings_arguments(one)
    one.set_defaults(run_command=export_model)

    one = commands.add_parser("blend", help="mix the weights of a model and of one trained from it")
    one.add_argument("older", help="name or folder of the model that the other began from")
    one.add_argument("newer", help="name or folder of the other")
    one.add_argument("--share", type=float, required=True, help="of the way to the newer, between 0 and 1")
    one.add_argument("--version", default="1")
    one.add_argument("-o", "--output", type=Path, required=True, help="folder; its name is the model's")
    one.set_defaults(run_command=blend_models)

    one = commands.add_parser("recognise", help="write a phone recogniser's hearing, for the variant 'asr'")
    one.add_argument("sets", nargs="+")
    one.add_argument("-o", "--output", type=Path, required=True, help="folder for one SET.tsv a set")
    one.set_defaults(run_command=recognise)

    one = commands.add_parser("variants", help="train and measure VisemeNet's variants: the paper's tables")
    one.add_argument(
        "config",
        type=Path,
        help="of the first step, such as families/visemenet/configs/visemenet-2018-groups.toml",
    )
    one.add_argument("--run", type=Path, required=True, help="folder for one folder a variant")
    one.add_argument("--only", action="append", metavar="VARIANT", help="this one (can be given again)")
    one.add_argument("--joint-steps", type=int, default=1000, help="of joint training")
    _table_arguments(one, "variants")
    _settings_arguments(one)
    one.set_defaults(run_command=variants)

    one = commands.add_parser("folds", help="leave each speaker of a set out in turn, and measure that one")
    one.add_argument("config", type=Path, help="TOML file of the base run, which hears nothing of the set")
    one.add_argument("name", help="of the set")
    one.add_argument(
        "--run", type=Path, required=True, help="folder for the base run and one folder a speaker"
    )
    one.add_argument("--fold-steps", type=int, default=200, help="of each speaker's run")
    _table_arguments(one, "folds")
    _settings_arguments(one)
    one.set_defaults(run_command=folds)

    one = commands.add_parser("decoder", help="make the decoder's tables and tune its weights")
    one.add_argument("model", help="name or folder of the model that is decoded")
    one.add_argument("sets", nargs="+")
    one.add_argument("--text", type=Path, required=True, help="English text, a sentence a line")
    one.add_argument("--labels", type=Path, help="folder with better labels")
    one.add_argument("--cache", type=Path, default=Path("runs/cache"))
    one.add_argument("-o", "--output", type=Path, required=True)
    one.set_defaults(run_command=tune_decoder)

    one = commands.add_parser("evaluate", help="measure models on speakers that they never heard")
    one.add_argument("models", nargs="+", help="names or folders")
    one.add_argument("--sets", nargs="+", required=True)
    one.add_argument("--split", default="dev")
    one.add_argument(
        "--aligned", action="store_true", help="also against labels that the model aligns itself"
    )
    one.add_argument(
        "--results", type=Path, default=Path("runs/results"), help="folder for the numbers as JSON"
    )
    _table_arguments(one, "models", required=False)
    one.set_defaults(run_command=evaluate_models)

    one = commands.add_parser("mouth", help="measure our mouth against a tracked real one")
    one.add_argument("folder", type=Path, help="set with tracks.npz, audio and align")
    one.add_argument("--split", choices=("train", "test"), default="train")
    one.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth clip")
    one.add_argument("--model", help="that hears (default: the best one installed)")
    one.add_argument(
        "--drawn",
        action="append",
        default=[],
        metavar="MODEL",
        help="also this network's face (again for more)",
    )
    _table_arguments(one, "mouth")
    one.set_defaults(run_command=mouth)

    one = commands.add_parser(
        "surroundings", help="measure models in noise, rooms, on the telephone and among talkers"
    )
    one.add_argument("models", nargs="+", help="names or folders")
    one.add_argument("--sets", nargs="+", required=True)
    one.add_argument("--split", default="dev")
    one.add_argument(
        "--by", choices=("set", "language", "sex", "age"), default="set", help="rows of the table"
    )
    one.add_argument("--by-hand", nargs="*", default=["emodb"], help="sets whose labels a person made")
    one.add_argument("--aligner", default="bilabial-1", help="model that aligns the texts of the others")
    one.add_argument("--babble", default="librispeech", help="set whose training speakers babble")
    one.add_argument("--results", type=Path, default=Path("runs/results/surroundings.json"))
    _table_arguments(one, "surroundings", required=False)
    one.set_defaults(run_command=measure_surroundings)
    one = commands.add_parser("layers", help="set the layers of the face beside a tracked real one")
    one.add_argument("folder", type=Path, help="set with tracks.npz, audio and align")
    one.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth clip")
    _table_arguments(one, "layers")
    one.set_defaults(run_command=layers)

    one = commands.add_parser("emotion", help="teach the ear for emotion; leave each actor out in turn")
    one.add_argument("sets", nargs="+", help="whose notes name emotions")
    one.add_argument("-o", "--output", type=Path, help="write voice.safetensors here")
    _table_arguments(one, "emotion")
    one.set_defaults(run_command=emotion)

    one = commands.add_parser("nonspeech", help="write a set of sounds in which nobody speaks")
    one.add_argument("folder", type=Path)
    one.add_argument("--clips", type=int, default=16, help="of each kind")
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--split", default="train")
    one.set_defaults(run_command=nonspeech)

    one = commands.add_parser("synthesise", help="write a set of synthetic speech with exact labels")
    one.add_argument("engine", choices=("espeak", "flite"))
    one.add_argument("folder", type=Path)
    one.add_argument(
        "--texts", type=Path, required=True, help="folder with LANGUAGE-udhr.txt and en-librispeech.txt"
    )
    one.add_argument("--minutes", type=float, default=6.0, help="of each language (eSpeak)")
    one.add_argument("--clips", type=int, default=200, help="of each voice (flite)")
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--split", default="train")
    one.set_defaults(run_command=synthesise)

    one = commands.add_parser("wear", help="write sets of old clips through codecs and at other pitches")
    one.add_argument("folder", type=Path, help="folder for one SET-worn a set")
    one.add_argument("sets", nargs="+")
    one.add_argument("--labels", type=Path, help="folder with better labels")
    one.add_argument("--share", type=float, default=1.0, help="of each set's clips")
    one.add_argument("--seed", type=int, default=1)
    one.set_defaults(run_command=wear)

    one = commands.add_parser("dictionary", help="pack a CMU dictionary for the aligner")
    one.add_argument("cmudict", type=Path)
    one.add_argument("-o", "--output", type=Path, required=True)
    one.set_defaults(run_command=dictionary)

    one = commands.add_parser("letters", help="count the letter model's pieces, and measure it")
    one.add_argument("--output", default=str(_PHONEMES / "letters.bin"), metavar="FILE")
    one.set_defaults(run_command=letters)

    one = commands.add_parser("spelling", help="measure our letter-to-sound rules against eSpeak NG")
    one.add_argument("sets", nargs="+", help="folders of sets with texts")
    one.set_defaults(run_command=spelling)

    one = commands.add_parser("words", help="measure words and ear together, with words right, spoilt, found")
    one.add_argument("sets", nargs="+", help="folders of sets with texts and phones")
    one.add_argument("--model", help="name or folder of the ear")
    one.add_argument("--words-model", help="name or folder of the words model that finds words")
    one.add_argument("--most", type=int, default=40, help="clips of each set (default: 40)")
    one.add_argument("--sure", action="store_true", help="instead: how often a sure word is right")
    one.set_defaults(run_command=measure_words)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; 0 done, 1 done with clips left out, 2 bad use."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    arguments = parser().parse_args(argv)
    problems = Problems(strict=arguments.strict)
    try:
        if getattr(arguments, "into", None) is not None:
            from ..measure.evaluation import around

            around(arguments.into, arguments.mark)  # before hours of training, not after
        arguments.run_command(arguments, problems)
    except EXPECTED as error:
        log.error("%s", sentence(error))
        return 2
    except KeyboardInterrupt:
        log.error("stopped; the run goes on from its checkpoint when the command is given again")
        return 130
    if problems.messages:
        log.warning("%d clips were left out; the reasons stand above", len(problems))
        return 1
    return 0
