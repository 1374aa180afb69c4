"""Animations of a rig's channels as files: Live Link Face CSV, Audio2Face JSON, glTF, VRMA, USD."""

from .channels import ChannelAnimation
from .files import READABLE, WRITABLE, read_animation, write_animation

__all__ = ["READABLE", "WRITABLE", "ChannelAnimation", "read_animation", "write_animation"]
