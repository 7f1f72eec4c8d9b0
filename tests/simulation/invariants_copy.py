"""A tablet's copy: at each checkpoint it is a state that the server really had, of granted rows and nothing else."""

from __future__ import annotations

from invariants_facts import Check, Facts, some
from invariants_look import Key, Look, Row, as_known, buckets
from invariants_shadow import State


def checkpoint(facts: Facts) -> None:
    """I15: the completed buckets are, row by row, the server's at the cursor. I2: nothing up to it was skipped. I20:
    what was deleted by then is gone. I19: a row that changed behind the program's back is the only excuse.

    While a bucket is being filled or pages are fetched again, a row may be newer than the cursor; after the server has
    lost states, a row may be any that ever was. Both excuses end with the first checkpoint that is whole again.
    """
    was, now = facts.was(), facts.look()
    epoch, position, nonce = now.cursor
    if not epoch or not now.complete():
        was.loading = True
        return
    first = facts.shadow.first
    if first is not None and epoch == first.epoch and position < first.position and not _at_rest(facts):
        return  # from before anybody looked
    state = facts.shadow.at(epoch, position, nonce)
    if state is None:
        raise facts.bad("I15", f"the cursor {now.cursor} is in no history of the server")
    if not facts.shadow.stands(state):
        was.healing = True
    if was.cursor[0] and (was.cursor[1] > position or was.cursor[0] != epoch):
        was.healing = True
    was.loading |= now.loading
    was.older |= facts.tablet is not None and facts.tablet.protocol == 1
    wrong = list(_differences(facts, now, state))
    if not wrong and not now.loading:
        was.loading = was.older = False
        if facts.shadow.stands(state):
            was.healing = False
    for key, here, there in wrong:
        if facts.is_flipped(*key):
            continue
        if was.older and _fits_an_older_app(facts, now, key, here, there, position):
            continue
        if was.healing and here in facts.shadow.ever(key):
            continue
        if was.loading and _newer(facts, now, key, here, position):
            continue
        raise _verdict(facts, key, here, there, position)


def _at_rest(facts: Facts) -> bool:
    """Whether this tablet must agree with the server as it is now, wherever its cursor stands."""
    return facts.seen.quiet and any(one is facts.tablet for one in facts.speaking())


def _differences(facts: Facts, now: Look, state: State) -> list[tuple[Key, Row | None, Row | None]]:
    """Where the completed buckets are not the server's at the cursor: (key, here, there)."""
    held = now.complete()
    found: list[tuple[Key, Row | None, Row | None]] = []
    for kind, rows in state.tables.items():
        mine = now.base[kind]
        for row_id, row in rows.items():
            here = mine.get(row_id)
            if here != row and (held & buckets(kind, row)):
                found.append(((kind, row_id), here, row))
        found += [
            ((kind, row_id), row, None)
            for row_id, row in mine.items()
            if row_id not in rows and held & buckets(kind, row)
        ]
        found += [
            ((kind, row_id), row, rows[row_id])
            for row_id, row in mine.items()
            if row_id in rows
            and rows[row_id] != row
            and not held & buckets(kind, rows[row_id])
            and held & buckets(kind, row)
        ]
    return found


def _newer(facts: Facts, now: Look, key: Key, here: Row | None, position: int) -> bool:
    """Whether the row here is what it became after the cursor; not here counts as gone to where we do not look."""
    later = facts.shadow.later(key, position)
    if here is not None:
        return here in later
    return any(row is None or not buckets(key[0], row) & set(now.bucket) for row in later)


def _fits_an_older_app(
    facts: Facts, now: Look, key: Key, here: Row | None, there: Row | None, position: int
) -> bool:
    """As above, in the columns that an older app knows. What it does not know can put a row into a bucket, too."""
    kind, known = key[0], as_known(key[0], here)
    if known == as_known(kind, there):
        return True
    if here is not None and there is None:
        return any(known == as_known(kind, row) for row in facts.shadow.ever(key))
    return now.loading and any(known == as_known(kind, row) for row in facts.shadow.later(key, position))


def _verdict(facts: Facts, key: Key, here: Row | None, there: Row | None, position: int) -> Exception:
    name = " ".join(key)
    known = facts.shadow.ever(key)
    if there is None and here is not None:
        word = "I20" if here in known else "I15"
        return facts.bad(word, f"{name} is still here at {position}; the server has it no more")
    if here is None:
        return facts.bad("I2", f"{name} is missing at {position}")
    assert there is not None
    columns = some(name for name in there if here.get(name) != there[name])
    if here in known:
        later = facts.shadow.later(key, position)
        word = "I15" if here in later else "I2"
        return facts.bad(
            word, f"{name} is {'ahead' if word == 'I15' else 'behind'} at {position} ({columns})"
        )
    return facts.bad("I15", f"{name} is as it never was at the server ({columns})")


def only_granted(facts: Facts) -> None:
    """I8: every row on the disk is in a bucket that this tablet holds, or a guess put it there."""
    now = facts.look()
    held = set(now.bucket)
    if not now.meta.get("identity") or facts.was().older:  # it does not know what puts a row into a bucket
        return
    for kind, row in now.rows():
        if not buckets(kind, row) & held and not facts.is_flipped(kind, row["id"]):
            raise facts.bad("I8", f"{kind} {row['id']} is in none of the buckets held")


def one_user(facts: Facts) -> None:
    """I9: a database is one person's: ops, results, personal buckets."""
    now, tablet = facts.look(), facts.tablet
    assert tablet is not None
    if now.user and now.user != tablet.user_id:
        raise facts.bad("I9", f"belongs to {now.user}, not to {tablet.user_id}")
    for row in now.base["op_result"].values():
        if row["user_id"] != tablet.user_id and not facts.is_flipped("op_result", row["id"]):
            raise facts.bad("I9", f"has a result of {row['user_id']}")
    for row in now.outbox:
        actor = facts.payload(row["op_id"], row["payload"]).get("actor", tablet.user_id)
        if actor != tablet.user_id:
            raise facts.bad("I9", f"op {row['op_id']} of {actor} waits here")
    for name in now.bucket:
        prefix, _, whose = name.partition(":")
        if prefix == "rep" and whose != tablet.user_id:
            raise facts.bad("I9", f"holds the bucket {name}")


def never_back(facts: Facts) -> None:
    """I6: a cursor goes back only when the server has lost what it stood on."""
    was, now = facts.was(), facts.look()
    if was.fresh or not was.cursor[0] or was.cursor[:2] == now.cursor[:2]:
        return
    stood = facts.shadow.at(*was.cursor)
    if stood is not None and not facts.shadow.stands(stood):
        return
    if now.cursor[1] < was.cursor[1]:
        raise facts.bad("I6", f"went back from {was.cursor} to {now.cursor}")


def results_stay(facts: Facts) -> None:
    """I6: what a tablet knows of its own ops it does not forget while the server knows it."""
    was, now = facts.was(), {row["op_id"]: row for row in facts.look().outbox}
    for op_id, row in was.outbox.items() if not was.fresh else ():
        if row["settled_at"] and op_id in now and now[op_id]["settled_at"] is None and not facts.restores:
            raise facts.bad("I6", f"the result of op {op_id} is not known any more")


def resume_where_it_stopped(facts: Facts) -> None:
    """I11: the first load goes on after the last page that was let in."""
    was, now = facts.was(), facts.look()
    for name, row in now.bucket.items():
        before = was.buckets.get(name)
        if was.fresh or before is None or facts.restores or row["state"] != before["state"] != "complete":
            continue
        if row["state"] != "complete" and (row["after_kind"], row["after_id"]) < (
            before["after_kind"],
            before["after_id"],
        ):
            raise facts.bad("I11", f"{name} went back to {row['after_kind']} {row['after_id']}")


ON_TABLET: tuple[Check, ...] = (
    one_user,
    never_back,
    results_stay,
    resume_where_it_stopped,
    checkpoint,
    only_granted,
)
