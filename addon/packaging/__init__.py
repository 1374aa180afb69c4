# SPDX-License-Identifier: GPL-3.0-or-later
"""How the extension is built; nothing of this is shipped."""
