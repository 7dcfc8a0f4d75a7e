"""Records of the stream that were given up: tells the error bus."""

from shared.messaging import report_given_up as handler

__all__ = ["handler"]
