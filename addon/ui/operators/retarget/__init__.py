# SPDX-License-Identifier: GPL-3.0-or-later
"""The retarget panel's buttons."""

from . import pose_list, poses, profile, terms

CLASSES = (*profile.CLASSES, *poses.CLASSES, *pose_list.CLASSES, *terms.CLASSES)
