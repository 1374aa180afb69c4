# SPDX-License-Identifier: GPL-3.0-or-later
"""The terminal's ways into Blender."""
