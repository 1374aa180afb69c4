"""One target a reader: seeds that it reads, and the call that gets them damaged."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bilabial.audio.live_sources import standard_input
from bilabial.audio.reading import probe, read_blocks
from bilabial.batch.journal import Entry, Journal, begin
from bilabial.batch.lines import read_lines
from bilabial.batch.seen import Seen
from bilabial.controls import CONTROLS
from bilabial.curves.format import dumps, load, save
from bilabial.curves.reduce import reduce
from bilabial.curves.style_text import parse_style
from bilabial.curves.take import SPEECH, SoundReference, Take, Track
from bilabial.errors import BilabialError
from bilabial.exchange.animation import ChannelAnimation, read_animation, write_animation
from bilabial.exchange.animation.live_link import SHAPES
from bilabial.exchange.character_file import read_character
from bilabial.exchange.dense_csv import read_dense_csv, write_dense_csv
from bilabial.exchange.phones import read_phones, read_words, write_phones
from bilabial.models.card import CARD, read_card
from bilabial.models.families.whisper.checkpoints import read_checkpoint
from bilabial.models.families.whisper.tokens import Vocabulary
from bilabial.models.safetensors import parse, write_tensors
from bilabial.phonemes.track import Phone, PhoneTrack
from bilabial.phonemes.transcript import read_transcript
from bilabial.resources import folder
from bilabial.retarget.file_profile import profile_of
from bilabial.retarget.profile_format import read_profile
from bilabial.words.card import read_words_card

sys.path.append(str(Path(__file__).parents[1] / "proof"))

import made_vrm

PHONES = PhoneTrack.of(
    [Phone(0.0, 0.1, "m", "MBP"), Phone(0.1, 0.25, "aa", "Ah"), Phone(0.3, 0.4, "b", "MBP", None, 0.5, 1)]
)


@dataclass(frozen=True)
class Target:
    """``seeds`` writes good files into a folder; ``read`` may raise BilabialError and nothing else."""

    seeds: Callable[[Path], list[Path]]
    read: Callable[[Path], object]


def _animation() -> ChannelAnimation:
    return ChannelAnimation(SHAPES, 60.0, np.random.default_rng(1).random((5, len(SHAPES))).round(3))


def _take() -> Take:
    dense = np.abs(np.sin(np.arange(60)[:, None] / 9 + np.arange(len(CONTROLS)))).astype(np.float32)
    track = Track.of_controls(reduce(dense, CONTROLS), 0.02, [])
    sound = SoundReference("a.wav", 0.59, "0" * 64, 16_000, 1)
    return Take(sound, PHONES, {SPEECH: track}, parse_style("shout"), dense={SPEECH: dense})


def _sounds(home: Path) -> list[Path]:
    import av
    import soundfile

    tone = (0.3 * np.sin(np.arange(16_000) / 20)).astype(np.float32)
    found = []
    for suffix, kind, subtype in (
        ("wav", "WAV", "PCM_16"), ("flac", "FLAC", "PCM_16"), ("ogg", "OGG", "VORBIS"), ("mp3", "MP3", None),
        ("aiff", "AIFF", "PCM_24"), ("caf", "CAF", "FLOAT"), ("au", "AU", "PCM_16"),
    ):  # fmt: skip
        found.append(home / f"a.{suffix}")
        soundfile.write(found[-1], tone, 16_000, subtype, format=kind)
    for suffix, codec in (("webm", "libopus"), ("m4a", "aac")):
        found.append(home / f"a.{suffix}")
        with av.open(str(found[-1]), "w") as container:
            stream = container.add_stream(codec, rate=48_000, layout="mono")
            frame = av.AudioFrame.from_ndarray(np.tile(tone, 3)[None], "fltp", "mono")
            frame.sample_rate = 48_000
            for packet in [*stream.encode(frame), *stream.encode(None)]:
                container.mux(packet)
    return found


def _read_sound(path: Path) -> None:
    probe(path)
    for _ in read_blocks(path):
        pass


def _read_piped(path: Path) -> None:
    for _ in standard_input(None, 0, 0, io.BytesIO(path.read_bytes())):
        pass


def _phone_files(home: Path) -> list[Path]:
    found = []
    for suffix in (".TextGrid", ".lab", ".tsv", ".xml", ".json", ".dat", ".pgo"):
        found.append(home / f"a{suffix}")
        write_phones(PHONES, found[-1], duration=0.6)
    for suffix, text in (
        (".srt", "1\n00:00:00,000 --> 00:00:01,500\nMama <i>baut</i>\n"),
        (".vtt", "WEBVTT\n\n00:00.000 --> 00:01.500\nMama\n"),
    ):
        found.append(home / f"a{suffix}")
        found[-1].write_text(text)
    return found


def _read_phone_file(path: Path) -> None:
    for read in (read_phones, read_words):
        try:
            read(path)
        except BilabialError as error:
            last = error
        else:
            return
    raise last


def _animations(home: Path) -> list[Path]:
    found = []
    for suffix in (".csv", ".json", ".gltf", ".glb", ".vrma"):
        found.append(home / f"a{suffix}")
        write_animation(_animation(), found[-1])
    return found


def _characters(home: Path) -> list[Path]:
    return [made_vrm.write(home / f"{version}.vrm", version, bool(version)) for version in (0, 1)]


def _read_character(path: Path) -> None:
    file = read_character(path)
    profile_of(file, file.named(), path.name)


def _profiles(home: Path) -> list[Path]:
    found = []
    for name in ("arkit-52", "vrm-1", "rigify-face", "demo-head"):
        found.append(home / f"{name}.json")
        found[-1].write_bytes((folder("rigs") / f"{name}.json").read_bytes())
    return found


def _cards(home: Path) -> list[Path]:
    found = []
    known = sorted(folder("trained_models").glob(f"bilabial-*/{CARD}"))
    for number, card in enumerate(known):
        (home / str(number)).mkdir(exist_ok=True)
        found.append(home / str(number) / CARD)
        found[-1].write_bytes(card.read_bytes())
    return found


def _read_card_file(path: Path) -> None:
    if path.name != CARD:
        path = path.replace(path.with_name(CARD))
    read_card(path.parent)


def _tensors(home: Path) -> list[Path]:
    write_tensors(home / "a.safetensors", {"a": np.ones((2, 3), np.float32), "b": np.arange(4)}, {"x": "y"})
    return [home / "a.safetensors"]


def _lists(home: Path) -> list[Path]:
    (home / "a.csv").write_text('sound,take,style\na.wav,x/a.json,"jaw=1.2,lip=0.8"\n"b c.wav",,shout\n')
    (home / "b.csv").write_text("sound;phones\na.wav;a.lab\n")
    return [home / "a.csv", home / "b.csv"]


def _journals(home: Path) -> list[Path]:
    path = home / "a.jsonl"
    seen = (Seen("sound", "f" * 64, 100, 5, 1764100000000000000, 1764100000000000001),)
    for name in "ab":
        begin(path, Entry(f"{name}.json", "k", "w", "", 2.0, 10, seen))
    with Journal(path) as journal:
        journal.add(Entry("a.json", "k", "w", "c", 2.0, 10, seen))
    return [path]


def _read_journal(path: Path) -> None:
    with Journal(path) as journal:
        journal.add(Entry("z.json", "k", "w", "", 2.0, 10))
    assert "z.json" in Journal(path).past


def _takes(home: Path) -> list[Path]:
    save(_take(), home / "a.json")
    old = sorted((Path(__file__).parents[1] / "baselines").glob("take*.json"))
    for path in old:
        (home / path.name).write_bytes(path.read_bytes())
    return [home / "a.json", *(home / path.name for path in old)]


def _read_take(path: Path) -> None:
    """A take that is read can also be written, shown and styled."""
    take = load(path)
    json.loads(dumps(take).encode())
    for name in take.tracks:
        for curve in take.styled(name).values():
            curve.evaluate(np.arange(0, 1, 0.1))


def _tables(home: Path) -> list[Path]:
    write_dense_csv(np.random.default_rng(1).random((6, len(CONTROLS))).astype(np.float32), home / "a.csv")
    return [home / "a.csv"]


def _texts(home: Path) -> list[Path]:
    (home / "a.txt").write_text("Mama baut 3 Bäume (lacht), and 1,234.5 more.\n")
    return [home / "a.txt", *(path for path in _phone_files(home) if path.suffix in (".srt", ".vtt"))]


def _whisper_files(home: Path) -> list[Path]:
    """A words model's card and vocabulary, and a small checkpoint of CTranslate2 with its own int8."""
    import struct

    def text(word: str) -> bytes:
        return struct.pack("<H", len(word) + 1) + word.encode() + b"\0"

    shipped = folder("trained_models") / "words-1"
    found = [home / CARD, home / "vocabulary.txt", home / "model.bin", home / "a.safetensors"]
    for path in found[:2]:
        path.write_bytes((shipped / path.name).read_bytes())
    arrays = (
        ("encoder/conv1/weight", np.ones((2, 3, 3), np.float32), 0),
        ("decoder/embeddings/weight", np.ones((4, 2), np.int8), 1),
        ("decoder/embeddings/weight_scale", np.full(4, 2.0, np.float32), 0),
    )
    parts = [struct.pack("<I", 6), text("WhisperSpec"), struct.pack("<II", 3, len(arrays))]
    for name, array, kind in arrays:
        parts += [text(name), struct.pack("<B", array.ndim), struct.pack(f"<{array.ndim}I", *array.shape)]
        parts += [struct.pack("<BI", kind, array.nbytes), array.tobytes()]
    found[2].write_bytes(b"".join(parts))
    named = {"encoder.conv1.weight": np.ones((2, 3, 3)), "decoder.token_embedding.weight": np.ones((4, 2))}
    write_tensors(found[3], {name: array.astype(np.float32) for name, array in named.items()})
    return found


def _read_whisper_file(path: Path) -> None:
    if path.name == CARD:
        read_words_card(path.parent)
    elif path.suffix == ".txt":
        Vocabulary.read(path)
    else:
        read_checkpoint(path.parent)


TARGETS: dict[str, Target] = {
    "sound": Target(_sounds, _read_sound),
    "piped": Target(lambda home: _sounds(home)[:1], _read_piped),
    "take": Target(_takes, _read_take),
    "phones": Target(_phone_files, _read_phone_file),
    "text": Target(_texts, read_transcript),
    "animation": Target(_animations, read_animation),
    "character": Target(_characters, _read_character),
    "table": Target(_tables, read_dense_csv),
    "profile": Target(_profiles, read_profile),
    "card": Target(_cards, _read_card_file),
    "safetensors": Target(_tensors, lambda path: parse(path.read_bytes(), path.name)),
    "list": Target(_lists, read_lines),
    "journal": Target(_journals, _read_journal),
    "whisper": Target(_whisper_files, _read_whisper_file),
}


@cache
def seeds(name: str, home: Path) -> tuple[tuple[str, bytes], ...]:
    """Name and content of a target's good files, each read once: a seed that is refused tests little."""
    place = home / f"seeds-{name}"
    place.mkdir()
    target = TARGETS[name]
    found = tuple((path.name, path.read_bytes()) for path in target.seeds(place))
    for path in target.seeds(place):
        target.read(path)
    return found
