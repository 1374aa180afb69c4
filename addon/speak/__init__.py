# SPDX-License-Identifier: GPL-3.0-or-later
"""From a line to keys and from edited phones to keys again."""
