# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees and presses: properties, what follows from them, panels, operators."""
