"""Drives a deployed system and sees that it behaves as its blueprint says."""

from skafu.proof.driving.deployed import Deployed
from skafu.proof.driving.drive import CHECKS, NOT_DRIVEN, drive

__all__ = ["CHECKS", "NOT_DRIVEN", "Deployed", "drive"]
