"""People can be forgotten: their fields are sealed, each with a key of its own, and the key can be destroyed."""

from skafu.storage.erasure.eraser import Erased, Eraser, Reapplied
from skafu.storage.erasure.keys import BrokenSeal, Cipher, Erasure, ErasureLog, Subject, SubjectKeys
from skafu.storage.erasure.sealed_codec import SealedCodec

__all__ = [
    "BrokenSeal",
    "Cipher",
    "Erased",
    "Eraser",
    "Erasure",
    "ErasureLog",
    "Reapplied",
    "SealedCodec",
    "Subject",
    "SubjectKeys",
]
