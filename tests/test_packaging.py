import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel of this tree, unpacked into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT], check=True)
    wheel = next(folder.glob("*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True)
    return folder / "site"


def run(installed, code, cwd):
    """`code` in a fresh interpreter that imports docengine from the wheel, away from the repository."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOCENGINE")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "PYTHONPATH": str(installed)},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_package_and_the_bundle(installed):
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    for name in settings["packages"]:
        assert (installed / name.replace(".", "/") / "__init__.py").is_file(), name
    names = {path.name for path in (installed / "docengine" / "bundle").iterdir()}
    assert {"manifest.json", "encoder.onnx", "tokenizer.json", "MODEL_CARD.md"} <= names


def test_the_wheel_extracts_from_a_page(installed, tmp_path):
    page = next((ROOT / "examples").glob("*.png"))
    out = run(
        installed,
        "import json, docengine; from docengine import Engine;"
        f"record = Engine.load().extract({str(page)!r});"
        "print(json.dumps([docengine.__file__, record.to_dict()]))",
        tmp_path,
    )
    where, record = json.loads(out)
    assert Path(where).is_relative_to(installed)
    assert record["error"] is None
    assert record["fields"]


def test_the_bundle_is_at_most_20_mib():
    bundle = ROOT / "core" / "bundle"
    assert sum(path.stat().st_size for path in bundle.iterdir()) <= 20 << 20
