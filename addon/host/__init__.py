# SPDX-License-Identifier: GPL-3.0-or-later
"""Blender as it is: versions, background jobs, lazy imports, preferences."""
