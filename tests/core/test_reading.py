"""Sound files: every format gives the same sound, and every bad one a single clear sentence."""

from __future__ import annotations

import os
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilabial.audio.reading import probe, read, read_blocks
from bilabial.audio.resampling import Resampler
from bilabial.errors import SoundError
from bilabial.timing import SAMPLE_RATE

av = pytest.importorskip("av")
soundfile = pytest.importorskip("soundfile")


def tone(seconds: float, rate: int, hertz: float = 440.0) -> np.ndarray:
    """A tone under a slow swell, so that a shift in time shows."""
    time = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * time) * np.sin(np.pi * time / seconds) ** 2).astype(np.float32)


def encode(path: Path, samples: np.ndarray, rate: int, codec: str, with_picture: bool = False) -> None:
    """(samples, channels) to a container that ffmpeg writes."""
    with av.open(str(path), "w") as container:
        if with_picture:
            picture = container.add_stream("mpeg4", rate=25)
            picture.width = picture.height = 64
            picture.pix_fmt = "yuv420p"
        stream = container.add_stream(codec, rate=rate, layout="mono" if samples.shape[1] == 1 else "stereo")
        if with_picture:
            for _ in range(5):
                still = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
                container.mux(picture.encode(still))
            container.mux(picture.encode())
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T), format="fltp", layout=stream.layout.name
        )
        frame.sample_rate, frame.pts = rate, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


def assert_same_sound(path: Path, tolerance: float, seconds: float = 1.0, late: int = 0) -> None:
    """The file holds tone(seconds); ``late`` samples may follow it (a codec's last frame)."""
    got, wanted = read(path), tone(seconds, SAMPLE_RATE)
    assert got.dtype == np.float32
    assert len(wanted) - 2 <= len(got) <= len(wanted) + late
    shared = min(len(got), len(wanted))
    assert np.abs(got[:shared] - wanted[:shared]).max() < tolerance


@pytest.mark.parametrize(
    ("kind", "subtype", "tolerance"),
    [
        ("WAV", "PCM_U8", 0.02),
        ("WAV", "PCM_16", 2e-3),
        ("WAV", "PCM_24", 2e-3),
        ("WAV", "PCM_32", 2e-3),
        ("WAV", "FLOAT", 2e-3),
        ("WAV", "DOUBLE", 2e-3),
        ("WAV", "ULAW", 0.03),
        ("WAV", "ALAW", 0.03),
        ("WAV", "MS_ADPCM", 0.03),
        ("WAVEX", "PCM_16", 2e-3),
        ("RF64", "PCM_16", 2e-3),
        ("AIFF", "PCM_16", 2e-3),
        ("FLAC", "PCM_16", 2e-3),
        ("OGG", "VORBIS", 0.05),
        ("OGG", "OPUS", 0.05),
        ("MP3", "MPEG_LAYER_III", 0.05),
    ],
)
def test_formats_of_libsndfile(tmp_path: Path, kind: str, subtype: str, tolerance: float) -> None:
    path = tmp_path / "sound.bin"  # the content decides, not the name
    soundfile.write(path, tone(1.0, 48000), 48000, format=kind, subtype=subtype)
    assert_same_sound(path, tolerance, late=400)
    info = probe(path)
    assert info.sample_rate == 48000
    assert info.channels == 1
    assert info.duration == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize(
    ("suffix", "codec", "tolerance"),
    [
        (".m4a", "aac", 0.05),
        (".mov", "alac", 2e-3),
        (".mp4", "aac", 0.05),
        (".mkv", "flac", 2e-3),
    ],
)
def test_formats_of_ffmpeg(tmp_path: Path, suffix: str, codec: str, tolerance: float) -> None:
    path = tmp_path / f"sound{suffix}"
    encode(path, np.repeat(tone(1.0, 48000)[:, None], 2, axis=1), 48000, codec, with_picture=suffix == ".mp4")
    assert_same_sound(path, tolerance, late=800)
    info = probe(path)
    assert (info.sample_rate, info.channels) == (48000, 2)
    assert info.duration == pytest.approx(1.0, abs=0.1)


def test_bare_aac_is_late_by_no_more_than_its_encoder(tmp_path: Path) -> None:
    """It cannot say how much of its start is the encoder's own: 2112 samples, 44 ms, at most."""
    path = tmp_path / "sound.aac"
    encode(path, tone(1.0, 48000, hertz=100)[:, None], 48000, "aac")
    late = np.argmax(np.correlate(read(path), tone(1.0, SAMPLE_RATE, hertz=100), "full")) - (SAMPLE_RATE - 1)
    assert 0 <= late <= 2112 / 3


def half(path: Path, share: float = 0.5) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


@pytest.mark.parametrize(
    ("kind", "subtype"),
    [("MP3", "MPEG_LAYER_III"), ("AIFF", "PCM_16"), ("AU", "PCM_16"), ("CAF", "PCM_16"), ("WAV", "PCM_24")],
)
def test_half_a_file_is_told_from_a_whole_one(tmp_path: Path, kind: str, subtype: str) -> None:
    path = tmp_path / "sound.bin"
    for channels in (1, 2):
        soundfile.write(
            path, np.repeat(tone(3.0, 44100)[:, None], channels, axis=1), 44100, subtype, format=kind
        )
        read(path)
        with pytest.raises(SoundError, match="cut short"):
            read(half(path))


def test_half_a_webm(tmp_path: Path) -> None:
    path = tmp_path / "sound.webm"
    encode(path, tone(3.0, 48000)[:, None], 48000, "libopus")
    read(path)
    with pytest.raises(SoundError, match="cut short"):
        read(half(path))


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_damage_in_an_ogg_is_named_with_its_second(tmp_path: Path, subtype: str) -> None:
    path = tmp_path / "sound.ogg"
    noise = np.random.default_rng(1).normal(0, 0.1, 48000 * 20).astype(np.float32)
    soundfile.write(path, noise, 48000, format="OGG", subtype=subtype)
    assert probe(path).doubt == ""
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 400] = bytes(400)
    path.write_bytes(data)
    with pytest.raises(SoundError, match=r"damaged from \d+\.\d\d s on") as caught:
        read(path)
    second = float(str(caught.value).split("damaged from ")[1].split(" s")[0])
    assert 5.0 < second < 12.0


def test_an_ogg_without_its_end_is_doubted(tmp_path: Path) -> None:
    path = tmp_path / "sound.ogg"
    soundfile.write(path, tone(20.0, 48000), 48000, format="OGG", subtype="VORBIS")
    assert "it may be cut" in probe(half(path)).doubt


def test_an_mp3_without_a_count_is_doubted_where_its_last_frame_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp3"
    soundfile.write(path, tone(3.0, 44100), 44100, format="MP3", subtype="MPEG_LAYER_III")
    data = path.read_bytes()
    second = data.index(b"\xff", 64)
    bare = data[data.index(data[:2], second) :]  # without the first frame, which holds the count
    path.write_bytes(bare)
    assert probe(path).doubt == ""
    path.write_bytes(bare[: len(bare) // 2 + 7])
    assert "is not whole" in probe(path).doubt


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 32000, 44100, 96000, 192000])
def test_rates(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, tone(1.0, rate), rate, subtype="FLOAT")
    assert_same_sound(path, 2e-3)


def test_channels_are_averaged(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    channels = np.zeros((SAMPLE_RATE, 6), np.float32)
    channels[:, 2] = tone(1.0, SAMPLE_RATE)
    soundfile.write(path, channels, SAMPLE_RATE, subtype="FLOAT")
    np.testing.assert_allclose(read(path), tone(1.0, SAMPLE_RATE) / 6, atol=1e-6)


def test_blocks_join_to_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    soundfile.write(path, tone(2.35, 44100), 44100)
    blocks = list(read_blocks(path, seconds=0.5))
    assert [len(block) for block in blocks] == [8000] * 4 + [5600]
    np.testing.assert_array_equal(np.concatenate(blocks), read(path))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=12), st.sampled_from([8000, 16000, 44100, 48000]))
def test_resampling_in_blocks_is_resampling_whole(sizes: list[int], rate: int) -> None:
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, sum(sizes)).astype(np.float32)
    stream, whole = Resampler(rate), Resampler(rate)
    cuts = np.split(sound, np.cumsum(sizes)[:-1])
    pieces = np.concatenate([*(stream.push(cut) for cut in cuts), stream.push(sound[:0], last=True)])
    np.testing.assert_array_equal(pieces, whole.push(sound, last=True))
    assert abs(len(pieces) - len(sound) * SAMPLE_RATE / rate) <= 1


def test_three_hours_stay_small(tmp_path: Path) -> None:
    """Read a part of that and look at the peak: it must not grow with the length."""
    peaks = []
    for minutes in (4, 20):
        path = tmp_path / f"{minutes}.wav"
        soundfile.write(path, np.zeros((minutes * 60 * 8000, 1), np.int16), 8000)
        tracemalloc.start()
        count = sum(len(block) for block in read_blocks(path))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert count == minutes * 60 * SAMPLE_RATE
        path.unlink()
    assert peaks[1] < 64e6
    assert peaks[1] < 1.2 * peaks[0]


def test_over_full_scale_is_clipped_and_the_hash_is_the_files(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    soundfile.write(path, 3 * tone(0.5, SAMPLE_RATE), SAMPLE_RATE, subtype="FLOAT")
    assert np.abs(read(path)).max() == 1.0
    before = probe(path).sha256
    assert before == probe(path).sha256
    with path.open("ab") as stream:
        stream.write(b"\0")
    assert probe(path).sha256 != before


def test_twenty_milliseconds_and_silence_are_sounds(tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, np.zeros(960), 48000)
    assert len(read(path)) == 320
    assert probe(path).duration == pytest.approx(0.02)
    assert not read(path).any()


def wav(data: bytes, rate: int = SAMPLE_RATE, promised: int | None = None) -> bytes:
    size = len(data) if promised is None else promised
    form = struct.pack("<HHIIHH", 1, 1, rate, rate * 2, 2, 16)
    head = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size)
    return b"RIFF" + struct.pack("<I", (len(head) + size) & 0xFFFFFFFF) + head + data


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_wav_written_to_a_pipe_promises_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "pipe.wav", wav(b"\1\0" * 1600, promised=0xFFFFFFFF))
    assert len(read(path)) == 1600


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"Dear animator,\nthis is a letter and no sound at all.\n" * 20, "no sound"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n", "no sound"),
        (b"ffconcat version 1.0\nfile other.wav\n", "no sound"),
        (os.urandom(5000), "no sound"),
        (wav(b"\1\0" * 1600, promised=32000), "cut short"),
        (wav(b""), "holds no samples"),
        (wav(b"\1\0" * 1600, rate=1), "sample rate of 1 Hz"),
        (wav(b"\1\0" * 1600)[:40], "."),
    ],
    ids=[
        "empty",
        "text",
        "playlist",
        "concat",
        "noise",
        "truncated",
        "no samples",
        "rate 1",
        "half a header",
    ],
)
def test_bad_files(tmp_path: Path, content: bytes, reason: str) -> None:
    soundfile.write(tmp_path / "other.wav", tone(1.0, SAMPLE_RATE), SAMPLE_RATE)
    path = written(tmp_path / "bad.wav", content)
    for call in (read, probe):
        with pytest.raises(SoundError, match=reason) as caught:
            call(path)
        message = str(caught.value)
        assert str(path) in message
        assert "\n" not in message
        assert ":" in message.replace(str(path), "") or ";" in message, "the remedy is missing"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers(tmp_path: Path, value: float) -> None:
    sound = np.stack([tone(1.0, SAMPLE_RATE)] * 2, axis=1)
    sound[8000, 1] = value
    soundfile.write(tmp_path / "bad.wav", sound, SAMPLE_RATE, subtype="FLOAT")
    with pytest.raises(SoundError, match=r"no numbers .* at 0\.500 s"):
        read(tmp_path / "bad.wav")


def test_integers_stored_as_floats(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "bad.wav", 32767 * tone(1.0, SAMPLE_RATE), SAMPLE_RATE, subtype="FLOAT")
    with pytest.raises(SoundError, match="full scale"):
        read(tmp_path / "bad.wav")


def test_no_file_a_folder_and_a_picture(tmp_path: Path) -> None:
    with pytest.raises(SoundError, match="there is no file"):
        read(tmp_path / "absent.wav")
    with pytest.raises(SoundError, match="is a folder"):
        read(tmp_path)
    with av.open(str(tmp_path / "silent.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        still = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(still))
        container.mux(stream.encode())
    with pytest.raises(SoundError, match="no audio stream"):
        read(tmp_path / "silent.mp4")


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
@pytest.mark.parametrize("suffix", [".flac", ".m4a", ".ogg", ".mp3"])
def test_truncated_compressed_files(tmp_path: Path, suffix: str, share: float) -> None:
    """Cut anywhere: either the part that is there, or one sentence; never another error."""
    path = tmp_path / f"sound{suffix}"
    if suffix == ".m4a":
        encode(path, tone(3.0, 48000)[:, None], 48000, "aac")
    else:
        soundfile.write(path, tone(3.0, 48000), 48000)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    try:
        assert 0 < len(read(path)) <= 3.1 * SAMPLE_RATE
    except SoundError as error:
        assert str(path) in str(error)
    else:
        assert suffix in (".ogg", ".mp3")  # the other two know their length, so a cut must be noticed


@pytest.mark.parametrize("share", [0.3, 0.5])
def test_however_little_of_an_mp3_is_there_its_count_of_frames_is_believed(
    share: float, tmp_path: Path
) -> None:
    """Of the first frames alone libsndfile knows nothing, and the next decoder took them for the whole."""
    path = tmp_path / "a.mp3"
    soundfile.write(path, 0.3 * np.sin(np.arange(16_000) / 20), 16_000, format="MP3")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(SoundError, match="cut short"):
        list(read_blocks(path))
