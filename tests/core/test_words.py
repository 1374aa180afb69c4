"""Words models: made of foreign checkpoints, refused where they are none, and sounds written down by them."""

from __future__ import annotations

import json
import re
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from small_whisper import write_ctranslate2, write_hugging_face, write_openai

from bilabial.cli import main
from bilabial.errors import ModelError
from bilabial.models.families.whisper.search import Found
from bilabial.models.store import available_models
from bilabial.words import writing
from bilabial.words.adding import add_words_model
from bilabial.words.pieces import LONGEST, Loudness, pieces
from bilabial.words.store import WordsModel, available_words_models, load_words_model
from bilabial.words.writing import WritingOptions, write_down

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("words")
    add_words_model(write_openai(home / "checkpoint"), home / "small")
    return home / "small"


@pytest.fixture(scope="module")
def model(folder: Path) -> WordsModel:
    return load_words_model(folder)


def _mel(rows: int) -> np.ndarray:
    return np.random.default_rng(rows).standard_normal((rows, 80)).astype(np.float32)


# Adding


def test_one_whisper_in_three_ways_of_storing_gives_one_model(folder: Path, tmp_path: Path) -> None:
    wanted = (folder / "weights.safetensors").read_bytes(), (folder / "vocabulary.txt").read_bytes()
    for name, write in (("hugging-face", write_hugging_face), ("ctranslate2", write_ctranslate2)):
        card = add_words_model(write(tmp_path / f"{name}-checkpoint"), tmp_path / name)
        assert (tmp_path / name / "weights.safetensors").read_bytes() == wanted[0], name
        assert (tmp_path / name / "vocabulary.txt").read_bytes() == wanted[1], name
        assert card.languages == ("en",) and card.licence == "MIT" and "OpenAI" in card.credit


def test_the_same_checkpoint_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    add_words_model(folder.parent / "checkpoint", tmp_path / "small")
    for file in ("card.json", "weights.safetensors", "vocabulary.txt"):
        assert (tmp_path / "small" / file).read_bytes() == (folder / file).read_bytes()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def _replace_vocabulary(folder: Path, change: object) -> None:
    (folder / "vocab.json").write_text(json.dumps(change))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "model.safetensors").unlink(), r"neither \*\.safetensors nor model\.bin"),
        (
            lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"),
            "pickle.*fetch the same checkpoint as model.safetensors",
        ),
        (lambda folder: _cut(folder / "model.safetensors"), "not a sound safetensors file"),
        (lambda folder: (folder / "model.bin").write_bytes(b"\6\0\0\0"), "cut short or damaged"),
        (lambda folder: (folder / "model.bin").write_bytes(b"\6\0\0\0\4\0abc\0"), "but no Whisper"),
        (lambda folder: (folder / "vocab.json").unlink(), "holds no vocabulary"),
        (lambda folder: _replace_vocabulary(folder, {"a": 0, "b": 2}), "cannot be read.*gaps"),
        (lambda folder: _replace_vocabulary(folder, {"a": 0}), "not the vocabulary of a Whisper"),
        (lambda folder: _replace_vocabulary(folder, [1, 2]), "cannot be read"),
    ],
)
def test_a_folder_that_holds_no_whisper_is_refused_and_leaves_nothing(
    spoil: object, message: str, tmp_path: Path
) -> None:
    source = write_openai(tmp_path / "checkpoint")
    spoil(source)  # type: ignore[operator]
    with pytest.raises(ModelError, match=message):
        add_words_model(source, tmp_path / "made")
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_a_vocabulary_of_another_size_is_refused(tmp_path: Path) -> None:
    source = write_openai(tmp_path / "checkpoint")
    other = write_openai(tmp_path / "other", multilingual=True)
    (source / "vocab.json").write_text((other / "vocab.json").read_text())
    with pytest.raises(ModelError, match="has 1777 tokens where the model has 1775"):
        add_words_model(source, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_weights_of_something_else_are_refused(tmp_path: Path) -> None:
    from bilabial.models.safetensors import read_tensors, write_tensors

    source = write_openai(tmp_path / "checkpoint")
    file = source / "model.safetensors"
    arrays = read_tensors(file)
    write_tensors(file, {name: one for name, one in arrays.items() if "cross_attn.key" not in name})
    with pytest.raises(ModelError, match=r"lack the array 'decoder\.blocks\.0\.cross\.key\.weight'"):
        add_words_model(source, tmp_path / "made")
    write_tensors(file, {"bert.embeddings": np.zeros((3, 3), np.float32)})
    with pytest.raises(ModelError, match="holds no Whisper"):
        add_words_model(source, tmp_path / "made")
    large = arrays | {"encoder.conv1.weight": np.zeros((1280, 128, 3), np.float32)}
    write_tensors(file, large)
    with pytest.raises(ModelError, match="take tiny, base or small"):
        add_words_model(source, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_the_command_adds_and_lists(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["models", "add", str(folder.parent / "checkpoint")]) == 0
    assert "words-checkpoint" in capsys.readouterr().out
    assert main(["models", str(tmp_path / "words-checkpoint")]) == 0
    assert "(words): Writes down what is said in English" in capsys.readouterr().out
    assert main(["models", "add", str(folder.parent / "checkpoint")]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["models", "add"]) == 2
    assert main(["models", "add", str(tmp_path / "nowhere")]) == 2


def test_ears_and_words_models_are_not_mixed_up(folder: Path) -> None:
    from bilabial.models.store import load_model

    assert not set(available_models()) & set(available_words_models())
    with pytest.raises(ModelError):
        load_model(folder)
    with pytest.raises(ModelError, match="holds no words model"):
        load_words_model(ROOT / "trained_models" / available_models()[0])


def test_damaged_folders_are_refused(folder: Path, tmp_path: Path) -> None:
    import shutil

    for file, message in (
        ("weights.safetensors", "not the file that its card"),
        ("vocabulary.txt", "not the file that its card"),
    ):  # fmt: skip
        copy = tmp_path / file
        shutil.copytree(folder, copy)
        _cut(copy / file)
        with pytest.raises(ModelError, match=message):
            load_words_model(copy)
        (copy / file).unlink()
        with pytest.raises(ModelError, match="lacks its file"):
            load_words_model(copy)
    copy = tmp_path / "card"
    shutil.copytree(folder, copy)
    card = json.loads((copy / "card.json").read_text())
    for change, message in (
        ({"config": {}}, "incomplete"), ({"licence": 3}, "no proper 'licence'"),
        ({"extra": 1}, "unknown field"),
        ({"family": "other"}, "family 'other'"), ({"schema": "bilabial/words-card/9"}, "newer Bilabial"),
    ):  # fmt: skip
        (copy / "card.json").write_text(json.dumps(card | change))
        with pytest.raises(ModelError, match=message):
            load_words_model(copy)
    with pytest.raises(ModelError, match="there is no words model 'nowhere'"):
        load_words_model("nowhere")


# Writing


class _Script:
    """Stands in for the search: gives what each window is to say in its turn, and counts the readings."""

    def __init__(
        self, model: WordsModel, *said: list[object], mean: float = -0.2, silence: float = 0.0
    ) -> None:
        first = model.vocabulary.first_time
        self.windows = [[token for part in one for token in self._tokens(model, part, first)] for one in said]
        self.mean, self.silence = mean, silence
        self.calls: list[tuple[int, int]] = []  # hypotheses and no_repeats of each reading of a window
        self.given: list[tuple[object, tuple[int, ...]]] = []  # what each window said

    @staticmethod
    def _tokens(model: WordsModel, part: object, first: int) -> list[int]:
        if isinstance(part, str):
            return model.vocabulary.encoded(part)
        return [first + round(float(part) / 0.02)]  # type: ignore[arg-type]

    def __call__(self, decoder, sounds, prompt, rules, beams, longest, told=None):  # type: ignore[no-untyped-def]
        self.prompt = list(prompt)
        return [self._one(heard, beams, rules.no_repeats) for heard in sounds]

    def _one(self, heard: object, beams: int, no_repeats: int) -> Found:
        self.calls.append((beams, no_repeats))
        tokens = next((said for window, said in self.given if window is heard), None)
        if tokens is None:
            tokens = tuple(self.windows[min(len(self.given), len(self.windows) - 1)])
            self.given.append((heard, tokens))
        return Found(tokens, self.mean * (len(tokens) + 1), self.silence)


def _write(
    monkeypatch: pytest.MonkeyPatch, model: WordsModel, script: _Script, rows: int, **options: object
) -> writing.Written:
    monkeypatch.setattr(writing, "search", script)
    return write_down(_mel(rows), model, WritingOptions(**options))  # type: ignore[arg-type]


def test_windows_go_on_where_the_last_sentence_ended(
    monkeypatch: pytest.MonkeyPatch, model: WordsModel
) -> None:
    script = _Script(
        model, [0.0, " the cat", 4.0, 4.0, " and", 9.0, 9.0, " the"], [0.0, " a cat", 3.0], [0.0, " x", 1.0]
    )
    written = _write(monkeypatch, model, script, 2000)
    assert [(one.start, one.end, one.text) for one in written.sentences] == [
        (0.0, 4.0, "the cat"), (4.0, 9.0, "and"), (9.0, 12.0, "a cat"),
    ]  # fmt: skip
    assert script.calls == [(1, 0), (1, 0)]
    assert written.plain == "the cat and a cat" and written.language == "en"


def test_a_window_that_leads_nowhere_is_left(monkeypatch: pytest.MonkeyPatch, model: WordsModel) -> None:
    """A time of nought would begin the next window where this one began, for ever."""
    script = _Script(model, [0.0, " the", 0.0, 0.0, " cat"])
    written = _write(monkeypatch, model, script, 9000)
    assert len(script.calls) == len(pieces(Loudness.of(_mel(9000)))) >= 3
    assert len(written.sentences) <= len(script.calls)


def test_text_that_repeats_itself_is_read_again_and_then_left_out(
    monkeypatch: pytest.MonkeyPatch, model: WordsModel
) -> None:
    looping = _Script(model, [0.0, " the cat and" * 40, 29.0])
    written = _write(monkeypatch, model, looping, 6000)
    assert len(looping.given) == 3
    assert looping.calls == [(1, 0)] * 3 + [(5, 0)] * 3 + [(5, 3)] * 3
    assert written.sentences == ()


def test_half_an_hour_of_music_ends_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch, model: WordsModel
) -> None:
    music = _Script(model, [0.0, " a", 30.0], mean=-1.5, silence=0.8)
    monkeypatch.setattr(type(model.encoder), "__call__", lambda self, mel: np.zeros((1500, 64), np.float32))
    written = _write(monkeypatch, model, music, 30 * 6000)
    assert 64 <= len(music.calls) < 128 and set(music.calls) == {(1, 0)} and written.sentences == ()


def test_what_is_not_sure_of_itself_is_read_with_more_hypotheses(
    monkeypatch: pytest.MonkeyPatch, model: WordsModel
) -> None:
    sure, unsure = _Script(model, [0.0, " the cat", 2.0]), _Script(model, [0.0, " the cat", 2.0], mean=-0.8)
    assert _write(monkeypatch, model, sure, 300).plain == "the cat"
    assert _write(monkeypatch, model, unsure, 300).plain == "the cat"
    assert sure.calls == [(1, 0)] and unsure.calls == [(1, 0), (5, 0)]


# Pieces


def _spoken(*stretches: tuple[float, float], seconds: float) -> np.ndarray:
    """Log mel of somebody who speaks in these seconds, over quiet noise."""
    mel = np.full((round(seconds * 100), 80), -4.0, np.float32)
    for first, stop in stretches:
        mel[round(first * 100) : round(stop * 100)] = 0.0
    return mel + 0.05 * _mel(len(mel))


def test_silence_is_not_read_and_a_short_line_is_short() -> None:
    assert pieces(Loudness.of(_spoken((1.0, 3.0), (3.4, 4.0), (60.0, 62.5), seconds=90.0))) == [
        (75, 425), (5975, 6275),
    ]  # fmt: skip
    assert pieces(Loudness.of(np.full((3000, 80), -10.0, np.float32))) == []
    assert pieces(Loudness.of(np.zeros((0, 80), np.float32))) == []


def test_long_speech_is_cut_at_its_pauses_and_nothing_of_it_is_lost() -> None:
    talks = [(at + 0.3, at + 3.6) for at in np.arange(0.0, 120.0, 4.0)]
    mel = _spoken(*talks, seconds=120.0)
    found = pieces(Loudness.of(mel))
    assert 5 <= len(found) <= 8 and all(stop - first <= LONGEST for first, stop in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    for first, stop in talks:
        assert any(a <= first * 100 and stop * 100 <= b for a, b in found), (first, stop)
    endless = pieces(Loudness.of(_spoken((0.0, 100.0), seconds=100.0)))
    assert endless[0][0] == 0 and endless[-1][1] == 10_000 and len(endless) >= 4
    assert all(before[1] == after[0] for before, after in pairwise(endless))


def test_languages(model: WordsModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="writes en and not 'de'"):
        write_down(_mel(200), model, WritingOptions("de"))
    add_words_model(write_openai(tmp_path / "checkpoint", multilingual=True), tmp_path / "many")
    card = tmp_path / "many" / "card.json"
    content = json.loads(card.read_text())
    content["config"]["multilingual"], content["languages"] = True, ["de", "fr"]
    card.write_text(json.dumps(content))
    many = load_words_model(tmp_path / "many")
    script = _Script(many, [0.0, " a", 1.0])
    assert _write(monkeypatch, many, script, 200).language in ("de", "fr")
    assert _write(monkeypatch, many, script, 200, language="fr-FR").language == "fr"
    names = [many.vocabulary.tokens[number] for number in script.prompt]
    assert names == ["<|startoftranscript|>", "<|fr|>", "<|transcribe|>"]
    _write(monkeypatch, many, script, 200, language="de", hint="the cat")
    names = [many.vocabulary.tokens[number] for number in script.prompt]
    assert names[:3] == ["<|startofprev|>", "Ġthe", "Ġcat"] and names[-2:] == ["<|de|>", "<|transcribe|>"]


def test_random_weights_write_something_in_finite_time(model: WordsModel) -> None:
    written = write_down(_mel(150), model, WritingOptions(beams=2))
    assert all(0 <= one.start < one.end <= 1.5 for one in written.sentences)


# The command


def test_transcribe_writes_text_subtitles_and_words(
    monkeypatch: pytest.MonkeyPatch, model: WordsModel, folder: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    line = ROOT / "docs" / "demo" / "line.flac"
    said = (ROOT / "docs" / "demo" / "line.txt").read_text().strip()
    script = _Script(model, [0.0, " " + said, 9.2])
    monkeypatch.setattr(writing, "search", script)
    assert main(["transcribe", str(line), "--model", str(folder)]) == 0
    assert capsys.readouterr().out == said + "\n"
    assert main(["transcribe", str(line), "--model", str(folder), "-o", str(tmp_path / "line.srt")]) == 0
    assert re.search(r"00:00:00,[0-3]\d\d --> 00:00:09,\d{3}\n" + said, (tmp_path / "line.srt").read_text())
    grid = tmp_path / "line.TextGrid"
    assert main(["transcribe", str(line), "--model", str(folder), "-o", str(grid)]) == 0
    from bilabial.exchange.phones import read_words

    words = read_words(grid, tier="words")
    assert [word.text for word in words][:3] == ["my", "name", "is"]
    assert words[0].start == pytest.approx(0.45, abs=0.15)
    assert main(["transcribe", str(line), "--model", str(folder), "--language", "de"]) == 2
    assert "not 'de'" in capsys.readouterr().err


# The model that ships


@pytest.mark.skipif(
    "words-1" not in available_words_models(), reason="the words model is not in this checkout"
)
def test_the_shipped_model_writes_what_the_oracle_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    """The demo line is a synthesiser's; faster-whisper reads it with the same two mistakes."""
    line = str(ROOT / "docs" / "demo" / "line.flac")
    assert main(["transcribe", line, "--model", "words-1"]) == 0
    words = capsys.readouterr().out.lower()
    for part in (
        "i close my lips on every",
        "my baby puppy bumps a big pumpkin",
        "five words and watch me move",
    ):
        assert part in re.sub(r"[,.']", "", words).replace("\n", " ")


@pytest.mark.skipif(
    "words-1" not in available_words_models(), reason="the words model is not in this checkout"
)
def test_a_looping_sound_is_written_once_or_left_out() -> None:
    from bilabial.audio.logmel import log_mel
    from bilabial.audio.reading import read

    once = read(ROOT / "docs" / "demo" / "line.flac")[8000:24000]
    written = write_down(log_mel(np.tile(once, 24)), load_words_model("words-1"), WritingOptions("en"))
    assert len(written.plain.split()) <= 24 * 8
    for sentence in written.sentences:
        raw = sentence.text.encode()
        assert len(raw) < 2.4 * len(zlib.compress(raw)), sentence.text


@pytest.mark.skipif(
    "words-1" not in available_words_models(), reason="the words model is not in this checkout"
)
def test_music_has_no_words_for_a_face() -> None:
    """Chords and a drum, real models: what Whisper makes of it is not believed."""
    from bilabial.audio.hearings import rows_of
    from bilabial.audio.logmel import log_mel
    from bilabial.models.store import cached_model, default_model
    from bilabial.phonemes.transcript import hear
    from bilabial.words.finding import find_words

    seconds = np.arange(20 * 16_000) / 16_000
    notes = [
        np.sin(2 * np.pi * hertz * over * seconds) / over for hertz in (110, 139, 165) for over in range(1, 6)
    ]
    drum = np.exp(-25.0 * (seconds % 0.5)) * np.random.default_rng(1).standard_normal(len(seconds))
    music = (0.05 * (np.exp(-2.0 * (seconds % 1.0)) * np.sum(notes, axis=0) + drum)).astype(np.float32)
    ear = cached_model(default_model())
    groups, sounds = hear(rows_of(music, ear.network.hears), ear)
    writer = load_words_model("words-1")
    assert find_words(log_mel(music), groups, sounds, writer, "en", lambda share: None) is None


def test_nothing_is_left_half_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = str(ROOT / "docs" / "demo" / "line.flac")
    foreign = tmp_path / "fremd.txt"
    foreign.write_text("der schnelle braune fuchs springt über den faulen hund und noch viel mehr")
    asked = (
        (["transcribe", line, "--model", str(folder), "--language", "de", "-o"], "out.srt", "not 'de'"),
        (["transcribe", line, "--model", str(tmp_path), "-o"], "out.txt", "no words model"),
        (["generate", line, "--words", str(foreign), "-o"], "out.json", "does not fit the sound"),
        (["align", line, "--text", str(foreign), "-o"], "out.lab", "does not fit the sound"),
    )
    for command, name, message in asked:
        assert main([*command, str(tmp_path / name)]) == 2, name
        told = capsys.readouterr().err
        assert message in told and "Traceback" not in told
        assert [path.name for path in tmp_path.iterdir()] == ["fremd.txt"], name
