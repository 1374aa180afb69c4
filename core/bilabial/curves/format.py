"""The take format: JSON in which every object names its schema and version (docs/take.md describes it).

An object written by an older Bilabial is brought up to date (upgrades.py), one version at a time; one written
by a newer Bilabial is refused. Numbers are written as they are: a loaded take is the saved one bit for bit,
and the same take gives the same bytes.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..atomic import write_atomically
from ..contents import contents
from ..controls import CONTROLS
from ..errors import FormatError
from ..json_field import Field
from ..json_text import parse_json
from ..limits import LARGEST_JSON, LONGEST, MOST_CHANNELS
from ..solve.jali.field import FieldStatistics
from ..timing import FRAME_RATE
from ..vocabulary import Limits, Vocabulary, find, from_json, is_known, known, to_json
from .curve import BEZIER, GENERATED, Curve
from .json_layout import laid_out
from .phones_format import phones_in, phones_out, words_in, words_out
from .schemas import opened, schema_of
from .style import Dials, Style, StyledSpan
from .take import SPEECH, ModelReference, SoundReference, Take, Track

Json = dict[str, Any]


def save(take: Take, path: Path | str) -> None:
    """Write a take, whole or not at all."""
    write_atomically(path, dumps(take))


def load(path: Path | str) -> Take:
    """Read a take of this or any earlier version."""
    file = Path(path)
    try:
        data = contents(file, LARGEST_JSON)
        if data is None:
            raise FormatError(f"{file} is not a take: it is larger than {LARGEST_JSON >> 20} MB")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{file} is not a take: it is not text in UTF-8") from error
    except OSError as error:
        raise FormatError(f"cannot read the take {file}: {error.strerror or error}") from error
    return loads(text, str(file))


def dumps(take: Take) -> str:
    """The take as JSON text; the same take always gives the same text."""
    return laid_out(_take_out(take)) + "\n"


def loads(text: str, name: str = "the take") -> Take:
    """A take from its JSON text; ``name`` is for messages."""
    try:
        data = parse_json(text)
    except ValueError as error:
        raise FormatError(f"{name} is damaged: it is not JSON ({error})") from error
    return _take_in(opened(Field(data, "", name), "take"))


# Take


def _take_out(take: Take) -> Json:
    return {
        "schema": schema_of("take"),
        "sound": {
            "schema": schema_of("sound"),
            "path": take.sound.path,
            "duration": take.sound.duration,
            "sha256": take.sound.sha256,
            "sample_rate": take.sound.sample_rate,
            "channels": take.sound.channels,
        },
        "model": None if take.model is None else _model_out(take.model),
        "style": style_out(take.style),
        "statistics": None
        if take.statistics is None
        else {"schema": schema_of("field-statistics"), **take.statistics.as_dict()},
        "phones": phones_out(take.phones),
        "words": words_out(take.words),
        "words_model": None if take.words_model is None else _model_out(take.words_model),
        "tracks": {name: track_out(track) for name, track in take.tracks.items()},
        "landmarks": None if take.landmarks is None else _samples_out(take.landmarks),
        "dense": {name: _samples_out(dense, _dense_limits(take, name)) for name, dense in take.dense.items()},
    }


def _take_in(field: Field) -> Take:
    sound = opened(field.get("sound"), "sound")
    model = field.get("model").optional()
    statistics = field.get("statistics").optional()
    landmarks = field.get("landmarks").optional()
    words_model = field.get("words_model").optional()
    dense = {name: _samples_in(samples) for name, samples in field.get("dense").items()}
    if SPEECH in dense and dense[SPEECH].shape[1] != len(CONTROLS):
        raise field.get("dense").fault(f"has {dense[SPEECH].shape[1]} curves, not {len(CONTROLS)}")
    return Take(
        SoundReference(
            sound.get("path").text(),
            sound.get("duration").within(0.0, LONGEST),
            sound.get("sha256").optional_text(),
            sound.get("sample_rate").optional_integer(),
            sound.get("channels").optional_integer(),
        ),
        phones_in(field.get("phones")),
        {name: track_in(track) for name, track in field.get("tracks").items()},
        style_in(field.get("style")),
        None if model is None else _model_in(opened(model, "model")),
        None if statistics is None else _statistics_in(opened(statistics, "field-statistics")),
        None if landmarks is None else _samples_in(landmarks),
        dense,
        words_in(field.get("words")),
        None if words_model is None else _model_in(opened(words_model, "model")),
    )


def _model_out(model: ModelReference) -> Json:
    return {
        "schema": schema_of("model"),
        "name": model.name,
        "version": model.version,
        "sha256": model.sha256,
    }


def _model_in(field: Field) -> ModelReference:
    return ModelReference(
        field.get("name").text(), field.get("version").text(), field.get("sha256").optional_text()
    )


def _statistics_in(field: Field) -> FieldStatistics:
    pairs = {}
    for name in FieldStatistics().as_dict():
        mean, deviation = field.get(name).numbers(2)
        pairs[name] = [float(mean), float(deviation)]
    return FieldStatistics.from_dict(pairs)


# Style


def _dials_out(dials: Dials) -> Json:
    return {
        "jaw_gain": dials.jaw_gain,
        "jaw_offset": dials.jaw_offset,
        "lip_gain": dials.lip_gain,
        "lip_offset": dials.lip_offset,
        "gains": dict(dials.gains),
        "onset_lead": dials.onset_lead,
    }


def style_out(style: Style) -> Json:
    spans = [
        {"schema": schema_of("styled-span"), "start": span.start, "end": span.end, **_dials_out(span.dials)}
        for span in style.spans
    ]
    return {"schema": schema_of("style"), "name": style.name, **_dials_out(style.dials), "spans": spans}


def _dials_in(field: Field) -> Dials:
    with field.blamed():
        return Dials(
            field.get("jaw_gain").number(),
            field.get("jaw_offset").number(),
            field.get("lip_gain").number(),
            field.get("lip_offset").number(),
            {name: gain.number() for name, gain in field.get("gains").items()},
            field.get("onset_lead").number(),
        )


def style_in(field: Field) -> Style:
    field = opened(field, "style")
    spans = []
    for item in field.get("spans").list():
        span = opened(item, "styled-span")
        with span.blamed():
            spans.append(StyledSpan(span.get("start").number(), span.get("end").number(), _dials_in(span)))
    return Style(field.get("name").text(), _dials_in(field), tuple(spans))


# Tracks and curves


def track_out(track: Track) -> Json:
    return {
        "schema": schema_of("track"),
        "vocabulary": _vocabulary_out(track.vocabulary),
        "tolerance": track.tolerance,
        "pins": [list(pin) for pin in track.pins],
        "curves": {name: curve_out(curve) for name, curve in track.curves.items()},
    }


def track_in(field: Field) -> Track:
    field = opened(field, "track")
    pins = []
    for pin in field.get("pins").list():
        name, start, end = pin.list(3)
        pins.append((name.text(), start.number(), end.number()))
    tolerance = field.get("tolerance").optional()
    with field.blamed():
        curves = {name: curve_in(curve) for name, curve in field.get("curves").items()}
        if len(curves) > MOST_CHANNELS:
            raise field.get("curves").fault(f"are {len(curves)}, and a track has {MOST_CHANNELS} at most")
        return Track(
            _vocabulary_in(field.get("vocabulary")),
            curves,
            None if tolerance is None else tolerance.number(),
            tuple(pins),
        )


def _vocabulary_out(vocabulary: Vocabulary) -> Json | str:
    """The name of one that every installation has; a stranger's travels with the take."""
    return vocabulary.name if is_known(vocabulary) else to_json(vocabulary)


def _vocabulary_in(field: Field) -> Vocabulary:
    if not isinstance(field.value, str):
        return from_json(field.value, field.file)
    if field.value not in known():
        raise FormatError(
            f"{field.file} has a track of {field.value!r}, which is not installed: update Bilabial"
        )
    return find(field.value)


def curve_out(curve: Curve) -> Json:
    """Smooth generated keys as times, values and slopes; any other keys with their handles."""
    out: Json = {"schema": schema_of("curve"), "times": curve.times.tolist(), "values": curve.values.tolist()}
    slopes = _slopes(curve)
    if slopes is not None:
        return {**out, "slopes": slopes.tolist()}
    return {
        **out,
        "left": curve.left.reshape(-1).tolist(),
        "right": curve.right.reshape(-1).tolist(),
        "interpolation": curve.interpolation.tolist(),
        "origin": curve.origin.tolist(),
    }


def _dense_limits(take: Take, track: str) -> Limits:
    """The widest range of the track's channels: the ends of the 16 bits lie where no value goes past."""
    channels = take.tracks[track].vocabulary.channels if track in take.tracks else ()
    lows, highs = (
        zip(*(channel.limits for channel in channels), strict=True) if channels else ((0.0,), (1.0,))
    )
    return min(lows), max(highs)


def _slopes(curve: Curve) -> NDArray[np.float64] | None:
    """Slopes from which Curve.hermite makes this very curve, bit for bit; None where none do."""
    if (curve.interpolation != BEZIER).any() or (curve.origin != GENERATED).any():
        return None
    reach = curve.right[:, 0] - curve.times
    if (reach <= 0.0).any():
        return None
    slopes = np.round((curve.right[:, 1] - curve.values) / reach, 4)
    return slopes if Curve.hermite(curve.times, curve.values, slopes).identical(curve) else None


def curve_in(field: Field) -> Curve:
    field = opened(field, "curve")
    times = field.get("times").numbers()
    count = len(times)
    if count and max(-times[0], times[-1]) > LONGEST:
        raise field.get("times").fault(f"reach beyond {LONGEST:g} s")
    values = field.get("values").numbers(count)
    with field.blamed():
        if "slopes" in field:
            return Curve.hermite(times, values, field.get("slopes").numbers(count))
        return Curve(
            times,
            values,
            field.get("left").numbers(2 * count).reshape(-1, 2),
            field.get("right").numbers(2 * count).reshape(-1, 2),
            field.get("interpolation").bytes_(count),
            field.get("origin").bytes_(count),
        )


# Sampled curves: 16 bits a value, exact at both ends of the range


def _samples_out(samples: NDArray[np.float32], limits: tuple[float, float] | None = None) -> Json:
    wide = samples.astype(np.float64)
    if limits is None:
        limits = (float(wide.min()), float(wide.max())) if wide.size else (0.0, 1.0)
    low, high = limits
    step = (high - low) / 65535 or 1.0
    packed = np.round((np.clip(wide, low, high) - low) / step).astype("<u2")
    return {
        "schema": schema_of("samples"),
        "rate": FRAME_RATE,
        "shape": list(samples.shape),
        "low": low,
        "high": high,
        "data": base64.b64encode(packed.tobytes()).decode("ascii"),
    }


def _samples_in(field: Field) -> NDArray[np.float32]:
    field = opened(field, "samples")
    rows, columns = (size.integer() for size in field.get("shape").list(2))
    if field.get("rate").integer() != FRAME_RATE:
        raise field.get("rate").fault(f"must be {FRAME_RATE}")
    low, high = field.get("low").number(), field.get("high").number()
    data = field.get("data")
    try:
        packed = np.frombuffer(base64.b64decode(data.text(), validate=True), dtype="<u2")
    except ValueError as error:
        raise data.fault("is not base64 of 16-bit values") from error
    if rows < 0 or columns < 0 or packed.size != rows * columns:
        raise data.fault(f"holds {packed.size} values, where the shape needs {rows * columns}")
    if max(abs(low), abs(high)) > 1e30:
        raise field.get("low").fault("or high is too large a number")
    share = packed.reshape(rows, columns).astype(np.float64) / 65535
    return (low + share * (high - low)).astype(np.float32)
