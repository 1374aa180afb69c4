"""The exceptions raised on purpose. Each message is one sentence: what is wrong, and the remedy."""


class BilabialError(Exception):
    """Base of every error that a user can cause or mend. Programs catch this one."""


class SoundError(BilabialError):
    """A sound that is missing, unreadable, empty or unusable."""


class FormatError(BilabialError):
    """A file (take, phones, rig profile, exchange) that breaks its own rules. Names the line or field."""


class ModelError(BilabialError):
    """A model folder that is missing, damaged or made for another version."""


class PhoneError(BilabialError):
    """A phone that no table knows, or a phone track with impossible times."""


class RigError(BilabialError):
    """A rig or rig profile that cannot take the curves."""


class Cancelled(BilabialError):  # noqa: N818 - a request, not a fault
    """The user stopped the work; nothing was written."""
