# SPDX-License-Identifier: GPL-3.0-or-later
"""The retarget panel's buttons."""

from . import poses, profile, terms

CLASSES = (*profile.CLASSES, *poses.CLASSES, *terms.CLASSES)
