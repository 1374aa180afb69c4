"""Whisper's tokens, rules, decoder and search, on small random weights."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_whisper import SIZE, tokens, weights

from bilabial.errors import ModelError
from bilabial.models.families.whisper.checkpoints import _OPENAI, _renamed
from bilabial.models.families.whisper.decoder import Decoder
from bilabial.models.families.whisper.encoder import Encoder
from bilabial.models.families.whisper.rules import Rules
from bilabial.models.families.whisper.search import search
from bilabial.models.families.whisper.shape import WhisperShape
from bilabial.models.families.whisper.tokens import Vocabulary, words_in


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(tuple(tokens()))


@pytest.fixture(scope="module")
def shape(vocabulary: Vocabulary) -> WhisperShape:
    return WhisperShape(80, SIZE, 1, 1, 1, 1500, 96, len(vocabulary.tokens), False)


@pytest.fixture(scope="module")
def decoder(shape: WhisperShape) -> Decoder:
    from pathlib import Path

    return Decoder.load(_renamed(weights(shape.tokens), _OPENAI, Path("x")), shape)


@pytest.fixture(scope="module")
def heard() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((40, SIZE)).astype(np.float32)


# Tokens


def test_text_becomes_tokens_by_the_rank_of_its_pairs_and_comes_back(vocabulary: Vocabulary) -> None:
    numbers = vocabulary.encoded("the cat and ant")
    assert [vocabulary.tokens[number] for number in numbers] == ["the", "Ġcat", "Ġand", "Ġa", "n", "t"]
    for text in ("Zoë's naïve café", "日本語 ☃", "two  spaces\nand a line"):
        assert vocabulary.decoded(vocabulary.encoded(text)) == text
    assert vocabulary.decoded([vocabulary.start, *numbers, vocabulary.first_time + 3]) == "the cat and ant"
    assert vocabulary.decoded(vocabulary.encoded("é")[:1]) == ""  # half a letter is no letter
    assert [word for word, _ in words_in(vocabulary, vocabulary.encoded("the cat and"))] == [
        "the",
        "cat",
        "and",
    ]


def test_what_nobody_says_is_known(vocabulary: Vocabulary) -> None:
    unspoken = {vocabulary.tokens[number] for number in vocabulary.unspoken}
    assert {"#", "[", "<|startoftranscript|>", "<|translate|>", "<|en|>"} <= unspoken
    assert not {"a", "'", "-", "Ġthe", "<|endoftext|>"} & unspoken


def test_a_vocabulary_that_is_none_of_a_whisper_is_refused() -> None:
    with pytest.raises(ModelError, match=r"no token <\|endoftext\|>.*not the vocabulary of a Whisper"):
        Vocabulary(("a", "b"))
    with pytest.raises(ModelError, match="ends with 1500 times where Whisper has 1501"):
        Vocabulary(tuple(tokens()[:-1]))


# Rules


def _allowed(vocabulary: Vocabulary, written: list[int], **options: int) -> np.ndarray:
    logits = np.zeros((1, len(vocabulary.tokens)), np.float32)
    logits[0, : vocabulary.end + 1] = 9.0  # words are much likelier than all times together
    return np.isfinite(Rules(vocabulary, **options).log_probabilities(logits, [written])[0])


def test_a_window_begins_with_a_time_of_its_first_second(vocabulary: Vocabulary) -> None:
    allowed = _allowed(vocabulary, [])
    assert np.flatnonzero(allowed).tolist() == list(range(vocabulary.first_time, vocabulary.first_time + 51))


def test_times_come_in_pairs_and_never_run_backwards(vocabulary: Vocabulary) -> None:
    first, end = vocabulary.first_time, vocabulary.end
    after_start = _allowed(vocabulary, [first + 5])
    assert not after_start[first:].any() and after_start[97]
    in_words = _allowed(vocabulary, [first + 5, 97])
    assert in_words[97] and not in_words[first : first + 6].any() and in_words[first + 6 :].all()
    after_end = _allowed(vocabulary, [first + 5, 97, first + 9])
    assert not after_end[:end].any() and after_end[end]
    assert not after_end[first : first + 9].any() and after_end[first + 9 :].all()
    after_pair = _allowed(vocabulary, [first + 5, 97, first + 9, first + 9])
    assert not after_pair[first:].any() and after_pair[97]


def test_times_that_are_likelier_together_than_any_word_win(vocabulary: Vocabulary) -> None:
    logits = np.zeros((1, len(vocabulary.tokens)), np.float32)
    logits[0, 97] = 3.0
    written = [[vocabulary.first_time, 97]]
    scores = Rules(vocabulary).log_probabilities(logits, written)[0]
    assert not np.isfinite(scores[: vocabulary.first_time]).any()


def test_a_run_that_was_written_once_can_be_forbidden(vocabulary: Vocabulary) -> None:
    first = vocabulary.first_time
    written = [first, 97, 98, 99, 97, 98]
    assert _allowed(vocabulary, written)[99]
    allowed = _allowed(vocabulary, written, no_repeats=3)
    assert not allowed[99] and allowed[98]


# Decoder


def _plain(arrays: dict[str, np.ndarray], numbers: list[int], heard: np.ndarray) -> np.ndarray:
    """The decoder's definition, all tokens at once, in double precision: logits of every place."""
    w = {name: array.astype(np.float64) for name, array in arrays.items()}

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        deviation = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
        return (x - x.mean(axis=1, keepdims=True)) / deviation * w[f"{name}.weight"] + w[f"{name}.bias"]

    def attend(name: str, x: np.ndarray, over: np.ndarray, ahead: bool) -> np.ndarray:
        query = x @ w[f"{name}.query.weight"].T + w[f"{name}.query.bias"]
        key = over @ w[f"{name}.key.weight"].T
        value = over @ w[f"{name}.value.weight"].T + w[f"{name}.value.bias"]
        scores = query @ key.T / math.sqrt(SIZE)
        if not ahead:
            scores[np.triu_indices(len(x), 1)] = -np.inf
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        return share @ value @ w[f"{name}.out.weight"].T + w[f"{name}.out.bias"]

    block = "decoder.blocks.0"
    embedding = w["decoder.token_embedding.weight"]
    x = embedding[numbers] + w["decoder.positional_embedding"][: len(numbers)]
    inner = norm(x, f"{block}.attn_ln")
    x = x + attend(f"{block}.attn", inner, inner, False)
    x = x + attend(f"{block}.cross_attn", norm(x, f"{block}.cross_attn_ln"), heard.astype(np.float64), True)
    inner = norm(x, f"{block}.mlp_ln") @ w[f"{block}.mlp.0.weight"].T + w[f"{block}.mlp.0.bias"]
    inner = inner * 0.5 * np.vectorize(math.erfc)(-inner / math.sqrt(2))
    x = x + inner @ w[f"{block}.mlp.2.weight"].T + w[f"{block}.mlp.2.bias"]
    return norm(x, "decoder.ln") @ embedding.T


def test_the_decoder_is_its_definition_at_once_and_token_by_token(
    decoder: Decoder, heard: np.ndarray
) -> None:
    numbers = [267, 5, 97, 110, 32, 97]
    wanted = _plain(weights(len(decoder.embedding)), numbers, heard)
    memory = decoder.begin(heard)
    at_once = decoder.read(np.array([numbers]), memory)[0]
    np.testing.assert_allclose(at_once, wanted, atol=2e-3)
    assert wanted.std() > 0.5
    memory = decoder.begin(heard)
    decoder.read(np.array([numbers[:2]]), memory)
    for place, number in enumerate(numbers[2:], 2):
        one = decoder.read(np.array([[number]]), memory)[0, 0]
        np.testing.assert_allclose(one, wanted[place], atol=2e-3)


def test_hypotheses_go_on_from_whom_they_came(decoder: Decoder, heard: np.ndarray) -> None:
    memory = decoder.begin(heard)
    decoder.read(np.array([[267]]), memory)
    memory = memory.chosen(np.array([0, 0]))
    decoder.read(np.array([[97], [110]]), memory)
    memory = memory.chosen(np.array([1, 0, 1]))
    both = decoder.read(np.array([[5], [5], [9]]), memory)[:, 0]
    for logits, numbers in zip(both, ([267, 110, 5], [267, 97, 5], [267, 110, 9]), strict=True):
        alone = decoder.read(np.array([numbers]), decoder.begin(heard))[0, -1]
        np.testing.assert_allclose(logits, alone, atol=1e-3)


def test_the_encoder_halves_the_rate(shape: WhisperShape) -> None:
    from pathlib import Path

    encoder = Encoder.load(_renamed(weights(shape.tokens), _OPENAI, Path("x")), shape)
    mel = np.random.default_rng(3).standard_normal((101, 80)).astype(np.float32)
    assert encoder(mel).shape == (51, SIZE)
    np.testing.assert_array_equal(encoder(mel), encoder(mel.copy()))


# Search


def test_more_hypotheses_never_find_less_and_the_same_sound_gives_the_same_words(
    decoder: Decoder, heard: np.ndarray, vocabulary: Vocabulary
) -> None:
    rules = Rules(vocabulary)
    found = {beams: search(decoder, [heard], [vocabulary.start], rules, beams, 12)[0] for beams in (1, 4, 4)}
    assert found[4] == search(decoder, [heard], [vocabulary.start], rules, 4, 12)[0]
    assert found[4].mean >= found[1].mean - 1e-6
    assert all(len(one.tokens) <= 12 and 0 <= one.silence <= 1 for one in found.values())


def test_the_greedy_search_takes_the_likeliest_token_each_time(
    decoder: Decoder, heard: np.ndarray, vocabulary: Vocabulary
) -> None:
    rules = Rules(vocabulary)
    found = search(decoder, [heard], [vocabulary.start], rules, 1, 8)[0]
    written: list[int] = []
    total = 0.0
    for token in found.tokens:
        logits = decoder.read(np.array([[vocabulary.start, *written]]), decoder.begin(heard))[:, -1]
        scores = rules.log_probabilities(logits, [written])[0]
        assert token == scores.argmax()
        total += float(scores[token])
        written.append(token)
    assert found.log_probability == pytest.approx(total, abs=0.02)


@pytest.mark.parametrize("beams", [1, 3])
def test_sounds_side_by_side_are_found_as_each_alone(
    decoder: Decoder, vocabulary: Vocabulary, beams: int
) -> None:
    random = np.random.default_rng(7)
    sounds = [random.standard_normal((rows, SIZE)).astype(np.float32) for rows in (40, 25, 90)]
    rules = Rules(vocabulary)
    together = search(decoder, sounds, [vocabulary.start], rules, beams, 10)
    for sound, found in zip(sounds, together, strict=True):
        alone = search(decoder, [sound], [vocabulary.start], rules, beams, 10)[0]
        assert found.tokens == alone.tokens
        assert found.log_probability == pytest.approx(alone.log_probability, abs=0.01)
        assert found.silence == pytest.approx(alone.silence, abs=1e-5)
    assert len({one.tokens for one in together}) > 1


def test_a_search_can_be_stopped(decoder: Decoder, heard: np.ndarray, vocabulary: Vocabulary) -> None:
    class Stop(Exception):  # noqa: N818 - a request
        pass

    def told() -> None:
        raise Stop

    with pytest.raises(Stop):
        search(decoder, [heard], [vocabulary.start], Rules(vocabulary), 1, 8, told)


def test_shapes_that_cannot_be_are_refused() -> None:
    config = {name: 4 for name in WhisperShape.__dataclass_fields__}
    assert WhisperShape.of(config).size == 4
    for wrong in ({"size": 6}, {"heads": 0}, {"tokens": "many"}):
        with pytest.raises(ModelError, match="settings"):
            WhisperShape.of(config | wrong)
    with pytest.raises(ModelError, match="incomplete"):
        WhisperShape.of({})
