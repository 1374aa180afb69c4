# SPDX-License-Identifier: GPL-3.0-or-later
"""A line: its sound, its take and its sliders."""
