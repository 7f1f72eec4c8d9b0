"""What the product can do already; the simulator leaves out the faults for which it has no answer yet."""

from __future__ import annotations

ABLE = {
    "history": False,  # a restored server is noticed, acknowledged ops are sent again
    "streams": False,  # a restored or copied tablet goes on under a new stream
    "sums": False,  # a flipped byte is found and repaired
    "rescue": False,  # an op that no push can carry goes by another way
}
