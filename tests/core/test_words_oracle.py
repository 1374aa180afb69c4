"""The words model that ships beside CTranslate2 with the same weights, token for token.

faster-whisper runs on it. Skipped where ``ctranslate2`` is not installed: it is no dependency.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bilabial.audio.logmel import log_mel, peak_of
from bilabial.audio.reading import read
from bilabial.models.families.whisper.blocks import SCALE, sinusoids
from bilabial.models.families.whisper.rules import Rules
from bilabial.models.families.whisper.search import search
from bilabial.models.safetensors import read_tensors
from bilabial.words.store import WordsModel, available_words_models, load_words_model
from bilabial.words.writing import WINDOW, _window

ctranslate2 = pytest.importorskip("ctranslate2")
pytestmark = pytest.mark.skipif(
    "words-1" not in available_words_models(), reason="the words model is not in this checkout"
)
LINE = Path(__file__).resolve().parents[2] / "docs" / "demo" / "line.flac"
_FIRST_TIME = 50  # steps of 0.02 s: a window's words begin within its first second


@pytest.fixture(scope="module")
def model() -> WordsModel:
    return load_words_model("words-1")


@pytest.fixture(scope="module")
def oracle(model: WordsModel, tmp_path_factory: pytest.TempPathFactory) -> object:
    """The same weights as CTranslate2 keeps them."""
    stored = read_tensors(model.folder / "weights.safetensors")

    def array(name: str) -> np.ndarray:
        found = stored[name].astype(np.float32)
        if name + SCALE in stored:
            found *= stored[name + SCALE].reshape(-1, *[1] * (found.ndim - 1))
        return np.ascontiguousarray(found)

    def norm(spec: object, name: str) -> None:
        spec.gamma, spec.beta = array(f"{name}.weight"), array(f"{name}.bias")

    def linear(spec: object, *names: str) -> None:
        weights = [array(f"{name}.weight") for name in names]
        spec.weight = np.concatenate(weights)
        none = [np.zeros(len(one), np.float32) for one in weights]
        biases = [
            array(f"{name}.bias") if f"{name}.bias" in stored else zero
            for name, zero in zip(names, none, strict=True)
        ]
        spec.bias = np.concatenate(biases)

    def attention(spec: object, name: str, crossed: bool = False) -> None:
        norm(spec.layer_norm, f"{name}.norm")
        if crossed:
            linear(spec.linear[0], f"{name}.query")
            linear(spec.linear[1], f"{name}.key", f"{name}.value")
        else:
            linear(spec.linear[0], f"{name}.query", f"{name}.key", f"{name}.value")
        linear(spec.linear[-1], f"{name}.out")

    shape = model.shape
    spec = ctranslate2.specs.WhisperSpec(shape.hearing_blocks, shape.heads, shape.writing_blocks, shape.heads)
    for side, layers in (("encoder", spec.encoder.layer), ("decoder", spec.decoder.layer)):
        for number, layer in enumerate(layers):
            block = f"{side}.blocks.{number}"
            attention(layer.self_attention, f"{block}.attention")
            if side == "decoder":
                attention(layer.attention, f"{block}.cross", crossed=True)
            norm(layer.ffn.layer_norm, f"{block}.feed.norm")
            linear(layer.ffn.linear_0, f"{block}.feed.inner")
            linear(layer.ffn.linear_1, f"{block}.feed.outer")
    for conv in ("conv1", "conv2"):
        linear(getattr(spec.encoder, conv), f"encoder.{conv}")
    norm(spec.encoder.layer_norm, "encoder.norm")
    norm(spec.decoder.layer_norm, "decoder.norm")
    spec.encoder.position_encodings.encodings = sinusoids(shape.hearing_rows, shape.size)
    spec.decoder.position_encodings.encodings = array("decoder.positions")
    spec.decoder.embeddings.weight = array("decoder.embedding.weight")
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    spec.register_vocabulary(list(model.vocabulary.tokens))
    folder = tmp_path_factory.mktemp("oracle")
    spec.validate()
    spec.optimize(quantization="float32")
    spec.save(str(folder))
    return ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="float32", intra_threads=1)


@pytest.mark.parametrize("beams", [1, 5])
def test_sounds_side_by_side_are_written_token_for_token_as_the_oracle_writes_each(
    model: WordsModel, oracle: ctranslate2.models.Whisper, beams: int
) -> None:
    mel = log_mel(read(LINE))
    windows = [_window(mel, span, peak_of(mel)) for span in ((0, 480), (380, len(mel)))]
    full = [np.concatenate([one, np.full((WINDOW - len(one), 80), one[-1, 0])]) for one in windows]
    vocabulary = model.vocabulary
    ours = search(
        model.decoder, [model.encoder(one.astype(np.float32)) for one in full], [vocabulary.start],
        Rules(vocabulary), beams, 60,
    )  # fmt: skip
    batch = np.ascontiguousarray(np.stack([one.T for one in full]).astype(np.float32))
    theirs = oracle.generate(
        ctranslate2.StorageView.from_array(batch),
        [[vocabulary.start]] * len(full),
        beam_size=beams,
        patience=1,
        length_penalty=1,
        max_length=60,
        suppress_blank=True,
        suppress_tokens=list(vocabulary.unspoken),
        max_initial_timestamp_index=_FIRST_TIME,
        return_no_speech_prob=True,
    )
    for found, wanted in zip(ours, theirs, strict=True):
        assert list(found.tokens) == wanted.sequences_ids[0]
        assert found.silence == pytest.approx(wanted.no_speech_prob, abs=1e-3)
    assert "puppy" in vocabulary.decoded(ours[1].tokens)
