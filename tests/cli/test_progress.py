from __future__ import annotations

import json
import os
import subprocess
import threading

import pytest

pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of Unix")


def test_progress_goes_to_a_terminal_on_stderr_and_nothing_but_records_to_stdout(process, folder):
    """And where stderr is no terminal, no bar: the other tests see that."""
    ours, theirs = pty.openpty()
    seen = bytearray()

    def listen() -> None:
        while True:
            try:
                seen.extend(os.read(ours, 4096))
            except OSError:  # the other end is closed
                return

    listener = threading.Thread(target=listen)
    listener.start()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    result = process("extract", folder, capture_output=False, stdout=subprocess.PIPE, stderr=theirs, env=environment)
    os.close(theirs)
    listener.join(timeout=10)
    os.close(ours)
    assert len([json.loads(line) for line in result.stdout.splitlines()]) == 3
    assert b"documents" in seen and b"3/3" in seen and b"CorruptFile" in seen
