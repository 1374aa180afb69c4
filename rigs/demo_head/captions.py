"""A band under a film: sounds and words pass the moment that is heard; m b p and f v stand out."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bilabial.phonemes.word_spans import names_of, word_spans

BAND = 0.14  # of the picture's width
SECONDS = 1.6  # that the band shows
PAPER, INK, PALE = (32, 33, 38), (236, 234, 228), (120, 120, 128)
MARKED = {"MBP": (226, 92, 78), "FV": (86, 138, 214)}


class Captions:
    """The band of one take, at any moment."""

    def __init__(self, take, width, text=""):
        self.phones = [one for one in take.phones if not one.is_silence]
        self.words = word_spans(take.phones, names_of(take.words, text))
        self.width, self.height = width, round(width * BAND) // 2 * 2
        self.small = ImageFont.load_default(size=self.height * 0.3)
        self.large = ImageFont.load_default(size=self.height * 0.36)

    def _across(self, seconds, now):
        return self.width * (0.5 + (seconds - now) / SECONDS)

    def at(self, now):
        band = Image.new("RGB", (self.width, self.height), PAPER)
        pen = ImageDraw.Draw(band)
        middle = self.width / 2
        for phone in self.phones:
            self._sound(pen, phone, now)
        for word in self.words:
            self._named(pen, word, now)
        pen.line((middle, 0, middle, self.height), INK, 1)
        return np.asarray(band)

    def _sound(self, pen, phone, now):
        left, right = self._across(phone.start, now), self._across(phone.end, now)
        if right < 0 or left > self.width:
            return
        heard = phone.start <= now < phone.end
        fill = MARKED.get(phone.group, (70, 71, 78) if heard else (52, 53, 60))
        top, bottom = self.height * 0.08, self.height * 0.5
        pen.rectangle((left + 1, top, right - 1, bottom), fill, INK if heard else None)
        if phone.group in MARKED:  # the font has no letters of phonetics for the others
            label = phone.label.rstrip("012").lower()
            pen.text(((left + right) / 2, (top + bottom) / 2), label, INK, font=self.small, anchor="mm")

    def _named(self, pen, word, now):
        left, right = self._across(word.start, now), self._across(word.end, now)
        if right < 0 or left > self.width:
            return
        ink = INK if word.start <= now < word.end else PALE
        pen.text(((left + right) / 2, self.height * 0.75), word.text, ink, font=self.large, anchor="mm")
