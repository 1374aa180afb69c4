# SPDX-License-Identifier: GPL-3.0-or-later
"""A character: what it has, its controls and drivers, and what receives keys."""
