"""What must happen sometimes: a fault or a situation that no seed ever meets proves nothing."""

from __future__ import annotations

from collections.abc import Mapping

from sim_abilities import ABLE
from sim_network import FAULTS

ALWAYS = (
    *FAULTS,
    "reply_too_late",
    "request_answered_again",
    "token_renewed",
    "scope_changed",
    "device_revoked",
    "heard_device_revoked",
    "older_app",
    "app_updated",
    "clock_set_wrong",
    "tablet_killed",
    "tablet_died",
    "tablet_power_lost",
    "tablet_started_again",
    "tablet_met_a_full_disk",
    "server_killed",
    "server_died_in_a_request",
    "server_died_in_the_office",
    "server_power_lost",
    "server_started_again",
    "server_disk_full",
    "op_poisoned",
    "op_of_an_unknown_type",
    "refused_here",
    "push_answered_again",
    "result_applied",
    "result_applied_modified",
    "result_applied_exception",
    "result_held",
    "result_rejected",
    "result_parked",
    "rejected_after_local_ok",
    "guess_fell",
    "page_discarded",
    "pages_staged",
    "load_interrupted",
    "row_left_one_of_two_buckets",
    "draft_shared",
    "draft_settled",
    "tablet_destroyed",
    "saved_held",
)
WHEN_ABLE: dict[str, tuple[str, ...]] = {
    "history": (
        "server_backed_up",
        "server_restored",
        "server_restored_when_quiet",
        "heard_epoch",
        "resent_after_a_restore",
    ),
    "streams": (
        "tablet_backed_up",
        "tablet_restored",
        "tablet_copied",
        "tablet_copied_elsewhere",
        "stream_opened",
        "heard_stream_forked",
    ),
    "sums": ("byte_flipped", "sums_differed"),
    "rescue": ("rescued",),
}


def never(counters: Mapping[str, int]) -> list[str]:
    """The names that stayed at zero."""
    wanted = [*ALWAYS, *(name for able, names in WHEN_ABLE.items() if ABLE[able] for name in names)]
    return [name for name in wanted if not counters.get(name)]
