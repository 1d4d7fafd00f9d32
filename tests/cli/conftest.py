from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from puppet import PuppetEngine

import docengine.engine
from docengine.cli.main import main

HERE = Path(__file__).parent


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the command line in this process, with the puppet for an engine."""
    monkeypatch.setitem(docengine.engine.__dict__, "Engine", PuppetEngine)
    monkeypatch.setattr(PuppetEngine, "loaded", [])
    return lambda *args, **options: CliRunner().invoke(main, [str(arg) for arg in args], **options)


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """The same as a program of its own, in the folder `tmp_path`."""

    def run(*args: Any, **options: Any) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, str(HERE / "puppet.py"), *(str(arg) for arg in args)]
        return subprocess.run(
            command, check=False, **{"capture_output": True, "cwd": tmp_path, "timeout": 60} | options
        )

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents; their suffixes are of known kinds, their contents are what the puppet reads."""
    scans = tmp_path / "scans"
    (scans / "b").mkdir(parents=True)
    (scans / "a.pdf").write_text("grand_total=12.50\ninvoice_number=A-1~0.3\nitems\n")
    (scans / "b" / "c.png").write_text("corrupt\n")
    (scans / "d.jpg").write_text("")
    return scans
