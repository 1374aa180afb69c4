# SPDX-License-Identifier: GPL-3.0-or-later
"""Our heavier modules, loaded when they are first used: enabling the extension then takes no time, and
numpy and the core load with the first thing that a person does.
"""

from __future__ import annotations

import importlib


class _Later:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> object:
        return getattr(importlib.import_module(self._name, __package__), attribute)


numpy = _Later("numpy")

batch = _Later(".batch")
delivery = _Later(".delivery")
generation = _Later(".generation")
phone_list = _Later(".phone_list")
phones = _Later(".phones")
rig_probe = _Later(".rig_probe")
sliders = _Later(".sliders")
speech = _Later(".speech")
staging = _Later(".staging")
takes = _Later(".takes")

checks = _Later(".retargeting.checks")
learning = _Later(".retargeting.learning")
own_profile = _Later(".retargeting.own_profile")
preview = _Later(".retargeting.preview")
table = _Later(".retargeting.table")
transfer = _Later(".retargeting.transfer")
