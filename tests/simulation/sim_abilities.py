"""What the product can do already; the simulator leaves out the faults for which it has no answer yet."""

from __future__ import annotations

ABLE = {
    "history": True,  # a restored server is noticed, acknowledged ops are sent again
    "streams": True,  # a restored or copied tablet goes on under a new stream
    "sums": True,  # a flipped byte is found and repaired
    "rescue": False,  # an op that no push can carry goes by another way
}
