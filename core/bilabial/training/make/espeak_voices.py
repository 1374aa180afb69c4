"""eSpeak NG as a source of speech with exact labels, in a hundred languages, by its shared library.

Only training uses it; it is loaded when first asked for, and its absence is one clear sentence.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import BilabialError

_SYNCHRONOUS = 2
_PHONEME_EVENTS = 1
_END_OF_LIST, _PHONEME = 0, 7
_UTF8 = 1
_RATE, _PITCH, _RANGE = 1, 3, 4  # espeak_PARAMETER


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int), ("unique", ctypes.c_uint), ("text_position", ctypes.c_int), ("length",
        ctypes.c_int),
        ("audio_position", ctypes.c_int), ("sample", ctypes.c_int), ("user_data", ctypes.c_void_p), ("id",
        _Id),
    )  # fmt: skip


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Sound and labels of one text."""

    samples: NDArray[np.float32]
    rate: int
    phones: list[tuple[float, float, str]]  # seconds; eSpeak mnemonics of the voice's language


class Espeak:
    """One instance a process: the library has global state."""

    def __init__(self) -> None:
        name = ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1"
        try:
            self._library = ctypes.CDLL(name)
        except OSError as error:
            raise BilabialError("eSpeak NG is not installed: install the package libespeak-ng1") from error
        self.rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)
        if self.rate <= 0:
            raise BilabialError("eSpeak NG lacks its data: install the package espeak-ng-data")
        self._samples: list[NDArray[np.int16]] = []
        self._events: list[tuple[int, str]] = []
        self._callback = _CALLBACK(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(
        self, wave: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]
    ) -> int:
        if wave and count > 0:
            self._samples.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while events[index].type != _END_OF_LIST:
            event = events[index]
            if event.type == _PHONEME:
                self._events.append((event.sample, event.id.string.decode("utf-8", "replace")))
            index += 1
        return 0

    def speaks(self, voice: str) -> bool:
        """Whether there is a voice of this name; from here on it is the one that speaks."""
        return bool(self._library.espeak_SetVoiceByName(voice.encode()) == 0)

    def speak(
        self, text: str, voice: str, words_a_minute: int = 165, pitch: int = 50, pitch_range: int = 50
    ) -> Spoken:
        """``voice`` is a language with an optional variant: "de", "en-us+f2"."""
        if not self.speaks(voice):
            raise BilabialError(f"eSpeak NG has no voice {voice!r}: see `espeak-ng --voices`")
        for parameter, value in ((_RATE, words_a_minute), (_PITCH, pitch), (_RANGE, pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._samples, self._events = [], []
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, 0, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        whole = np.concatenate(self._samples) if self._samples else np.zeros(0, dtype=np.int16)
        ends = [sample for sample, _ in self._events[1:]] + [len(whole)]
        phones = [
            (start / self.rate, end / self.rate, label or "_")
            for (start, label), end in zip(self._events, ends, strict=True)
            if end > start
        ]
        return Spoken((whole / np.float32(32768)).astype(np.float32), self.rate, phones)
