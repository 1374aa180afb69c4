# SPDX-License-Identifier: GPL-3.0-or-later
"""Our heavier modules, loaded when they are first used: enabling the extension then takes no time, and
numpy and the core load with the first thing that a person does.
"""

from __future__ import annotations

import importlib
from typing import Any


class _Later:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name, __package__), attribute)


numpy = _Later("numpy")

audio = _Later("..line.audio")
batch = _Later("..line.batch")
delivery = _Later("..speak.delivery")
findings = _Later("..speak.findings")
following = _Later("..speak.following")
generation = _Later("..speak.generation")
phone_list = _Later("..speak.phone_list")
peaks = _Later("..line.peaks")
phones = _Later("..speak.phones")
rig_probe = _Later("..rig.rig_probe")
sliders = _Later("..line.sliders")
speech = _Later("..rig.speech")
staging = _Later("..rig.staging")
switching = _Later("..speak.switching")
take_file = _Later("..speak.take_file")
takes = _Later("..line.takes")
words = _Later("..speak.words")

checks = _Later("..retarget.checks")
learning = _Later("..retarget.learning")
own_profile = _Later("..retarget.own_profile")
preview = _Later("..retarget.preview")
table = _Later("..retarget.table")
teaching = _Later("..retarget.teaching")
transfer = _Later("..retarget.transfer")
