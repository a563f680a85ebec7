"""Other users of the machine."""

from __future__ import annotations

import os

import pytest

NOBODY = 65534
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def as_nobody(work):
    """Run `work` in a child that is an ordinary user; return what it returned, or its error, as text."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.chdir("/")
            said = str(work())
        except BaseException as error:  # the child must end here, whatever happened
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode()[:4000])
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with open(reading) as stream:
        return stream.read()


def home_of_nobody(folder):
    """Make a folder that is nobody's, in one that everybody may pass."""
    folder.parent.chmod(0o711)
    folder.mkdir(mode=0o700)
    os.chown(folder, NOBODY, NOBODY)
    return folder
