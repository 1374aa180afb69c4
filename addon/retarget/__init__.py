# SPDX-License-Identifier: GPL-3.0-or-later
"""The retarget panel: a profile of one's own in the file, edited by table, by pose or by calibration, and
checked; and an animation moved from one rig onto another.
"""
