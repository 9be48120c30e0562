"""What a process that reads strangers' files gives up before it opens the first one.

Everywhere: memory beyond its limit, writing a byte to any file, core dumps. On Linux, as far as the kernel at hand offers
it: opening, making and removing files at all (Landlock), and the network (Landlock and a network namespace of its own).
Nothing here can be undone, so it is for worker processes only.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import sys
from dataclasses import dataclass

# From the kernel's headers (linux/landlock.h, linux/prctl.h, linux/sched.h); the numbers of system calls added since 2020
# are the same on all processors.
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_LANDLOCK_VERSION = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
# Access rights in order of bits; those of a later Landlock version are unknown to an earlier one.
_WRITE_FILE, _REMOVE_TO_MAKE_SYM, _REFER, _TRUNCATE = 1 << 1, 0b1111111110000, 1 << 13, 1 << 14
_ALL_TCP = 0b11


@dataclass(frozen=True, slots=True)
class Confinement:
    """What could be enforced on this platform, for the status line and the tests."""

    memory: bool
    no_writes: bool
    no_network: bool


def confine(*, memory_bytes: int) -> Confinement:
    """Give up, for the rest of this process, what reading a document doesn't need."""
    memory = _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    if not sys.platform.startswith("linux"):
        return Confinement(memory=memory, no_writes=False, no_network=False)
    libc = ctypes.CDLL(None, use_errno=True)
    # A namespace of its own has no network at all; one who isn't root needs a user namespace for it.
    alone = libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_VERSION)
    restricted = version > 0 and _landlock(libc, version)
    return Confinement(memory=memory, no_writes=restricted, no_network=alone or (restricted and version >= 4))


def _limit(kind: int, most: int) -> bool:
    """Lower a limit; macOS refuses some of them."""
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))
        return True
    return False


def _landlock(libc: ctypes.CDLL, version: int) -> bool:
    """Handle all rights to write, and all TCP, and allow none of them anywhere."""
    files = _WRITE_FILE | _REMOVE_TO_MAKE_SYM | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    rights = (ctypes.c_uint64 * 2)(files, _ALL_TCP if version >= 4 else 0)
    size = ctypes.c_size_t(16 if version >= 4 else 8)
    rules = libc.syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(rights), size, 0)
    if rules < 0:
        return False
    try:
        return bool(
            libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 and libc.syscall(_LANDLOCK_RESTRICT_SELF, rules, 0) == 0
        )
    finally:
        os.close(rules)
