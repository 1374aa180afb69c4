# SPDX-License-Identifier: GPL-3.0-or-later
"""F-curves: the only writer, where they lie, and what hands changed in them."""
