"""ARPAbet labels: any case, with or without stress digits."""

from __future__ import annotations

from . import ipa
from .sound import QUIET, Sound
from .table import Entry, table

_MORE = {
    "DX": Entry("ɾ", ("LNTD",)), "EL": Entry("l̩", ("LNTD",)), "HV": Entry("ɦ", ("Eh",)), "AX-H": Entry("ə",
    ("Schwa",)),
    # TIMIT writes a stop's closure as a phone of its own.
    "BCL": Entry("b", ("MBP",)), "PCL": Entry("p", ("MBP",)), "DCL": Entry("d", ("LNTD",)),
    "TCL": Entry("t", ("LNTD",)), "GCL": Entry("ɡ", ("GK",)), "KCL": Entry("k", ("GK",)),
}  # fmt: skip
_REDUCED = {"AH": "AX", "ER": "AXR"}  # without stress these are ə and ɚ


def parse(label: str) -> Sound | None:
    """The sound of an ARPAbet label; None where the name is not ARPAbet."""
    name = label.strip().upper()
    if ipa.is_silence(name):
        return QUIET
    name = name.split("_")[0]  # Kaldi and HTK write a phone's place in the word behind it: AH0_B
    stress: int | None = None
    if name[-1:] in "012" and len(name) > 1:
        stress = int(name[-1])
        name = name[:-1]
    if stress == 0:
        name = _REDUCED.get(name, name)
    entry = table().arpabet.get(name) or _MORE.get(name)
    if entry is None:
        return None
    return QUIET if entry.groups == ("SIL",) else ipa.of_entry(entry, stress)
