"""The commands of ``python -m bilabial.training``: what each takes."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from ...refusals import EXPECTED, sentence
from ..data.sets import Problems
from . import faces, portrait
from .measuring import (
    ceiling,
    emotion,
    evaluate_models,
    layers,
    measure_surroundings,
    measure_words,
    mouth,
    spelling,
)
from .runs import blend_models, export_model, folds, realign, train, tune_decoder, variants
from .sets import PHONEMES, cards, dictionary, gather, letters, nonspeech, recognise, synthesise, wear

log = logging.getLogger("bilabial.training")


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
    one.add_argument("older", help="name or folder of the model that the other began from, or a checkpoint")
    one.add_argument("newer", help="name or folder of the other, or its checkpoint")
    one.add_argument("--share", type=float, required=True, help="of the way to the newer, between 0 and 1")
    one.add_argument("--version", default="1")
    one.add_argument(
        "-o", "--output", type=Path, required=True, help="folder; its name is the model's (or checkpoint)"
    )
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
    one.add_argument("--labels", type=Path, help="folder with better labels, as realign writes")
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
    one.add_argument(
        "--mild", action="store_true", help="in surroundings in which bilabial-1 keeps about .7 of m b p"
    )
    one.add_argument("--by-hand", nargs="*", default=["emodb"], help="sets whose labels a person made")
    one.add_argument("--aligner", default="bilabial-1", help="model that aligns the texts of the others")
    one.add_argument("--babble", default="librispeech", help="set whose training speakers babble")
    one.add_argument("--words-model", metavar="NAME", help="measure words that this model finds as well")
    one.add_argument("--results", type=Path, default=Path("runs/results/surroundings.json"))
    _table_arguments(one, "surroundings", required=False)
    one.set_defaults(run_command=measure_surroundings)
    one = commands.add_parser("ceiling", help="how far a network that draws curves could come")
    one.add_argument("model", help="one that draws curves, such as visemenet-2018")
    one.add_argument("--ear", help="whose phones the teacher draws from (default: the default model)")
    one.add_argument("--sets", nargs="+", required=True)
    one.add_argument("--labels", type=Path, help="folder with better labels")
    one.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth clip of each set")
    _table_arguments(one, "ceiling")
    one.set_defaults(run_command=ceiling)

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

    one = commands.add_parser("gather", help="write a set of one's own recordings, which stay where they are")
    one.add_argument("recordings", type=Path, help="folder of sounds, a TextGrid or a .txt beside each")
    one.add_argument("folder", type=Path, help="of the set")
    one.add_argument("--language", default="en", help="of the transcripts (default: en)")
    one.add_argument(
        "--held-out", action="append", default=[], metavar="SPEAKER",
        help="only measured on (can be given again; default: one speaker in six)",
    )  # fmt: skip
    one.set_defaults(run_command=gather)

    one = commands.add_parser("synthesise", help="write a set of synthetic speech with exact labels")
    one.add_argument("engine", choices=("espeak", "flite"))
    one.add_argument("folder", type=Path)
    one.add_argument("--texts", type=Path, help="folder with LANGUAGE-NAME.txt, a sentence a line")
    one.add_argument("--sets", nargs="+", default=[], help="say what the training clips of these say, too")
    one.add_argument("--voices", metavar="NAMES", help="of eSpeak, as m1,f2 (default: all)")
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
    one.add_argument("--output", default=str(PHONEMES / "letters.bin"), metavar="FILE")
    one.set_defaults(run_command=letters)

    one = commands.add_parser("cards", help="write README.md beside every card.json, for people")
    one.add_argument("--models", type=Path, default=Path("trained_models"), metavar="FOLDER")
    one.add_argument("--page", type=Path, default=Path("docs/models.md"), metavar="FILE")
    one.set_defaults(run_command=cards)

    one = commands.add_parser("spelling", help="measure our letter-to-sound rules against eSpeak NG")
    one.add_argument("sets", nargs="+", help="folders of sets with texts")
    one.set_defaults(run_command=spelling)

    one = commands.add_parser("words", help="measure words and ear together, with words right, spoilt, found")
    one.add_argument("sets", nargs="+", help="folders of sets with texts and phones")
    one.add_argument("--model", help="name or folder of the ear")
    one.add_argument("--words-model", help="name or folder of the words model that finds words")
    one.add_argument("--most", type=int, default=40, help="clips of each set (default: 40)")
    one.add_argument(
        "--sure",
        action="store_true",
        help="instead: how often a sure word is right; with --words-model of found words",
    )
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
