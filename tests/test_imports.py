"""The order of the folders, the packages of the wheel, and what an import may load."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = ("core", "engine", "corpus", "teacher", "distill", "cli")
"""Each may import itself and what stands before it."""
HEAVY = {"torch", "transformers", "onnxruntime", "numpy", "PIL", "rapidocr", "pypdfium2", "rich", "tokenizers", "babel"}


def python_files(folder: str) -> Iterator[Path]:
    return (path for path in (ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Full names of all modules that a file imports, at its top or inside functions; not those for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inside)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inside in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def folder_of(module: str) -> str:
    """`docengine.engine.batch` lies in engine/, `docengine.errors` in core/."""
    second = module.split(".")[1] if "." in module else ""
    return second if second in ORDER else "core"


@pytest.mark.parametrize("folder", ORDER)
def test_folders_import_only_what_stands_before_them(folder):
    allowed = ORDER[: ORDER.index(folder) + 1]
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in python_files(folder)
        for module in imported(path)
        if module.split(".")[0] == "docengine" and folder_of(module) not in allowed
        if (folder, module) != ("core", "docengine.engine.Engine")  # on first use: `from docengine import Engine`
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", ["core", "engine", "cli", "corpus"])
def test_what_runs_never_imports_a_training_library(folder):
    banned = {"torch", "transformers", "accelerate", "onnx", "safetensors"}
    found = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path in python_files(folder)
        for module in imported(path)
        if module.split(".")[0] in banned
    }
    assert found == set()


def loaded(code: str) -> set[str]:
    """Top-level modules that are loaded once `code` has run in a fresh process."""
    print_them = "import sys; print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", f"{code}\n{print_them}"], capture_output=True, text=True, check=True)
    return set(run.stderr.split())


@pytest.mark.parametrize("module", ["docengine", "docengine.engine", "docengine.cli", "docengine.cli.main"])
def test_importing_loads_nothing_heavy(module):
    assert loaded(f"import {module}") & HEAVY == set()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["extract", "--help"], ["evaluate", "--help"]])
def test_help_loads_nothing_heavy(arguments):
    call = f"from docengine.cli.main import main; main({arguments}, standalone_mode=False)"
    assert loaded(call) & HEAVY == set()


def test_the_engine_loads_no_training_library():
    assert loaded("from docengine import Engine") & {"torch", "transformers", "accelerate", "onnx"} == set()


def test_every_package_is_in_the_wheel():
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    inits = [path.parent for folder in ORDER for path in python_files(folder) if path.name == "__init__.py"]
    tree = {".".join(("docengine", *path.relative_to(ROOT).parts)).replace(".core", ""): path for path in inits}
    assert set(table["packages"]) == set(tree)
    assert {name: ROOT / folder for name, folder in table["package-dir"].items()} == tree


def test_every_python_file_lies_in_a_package():
    for folder in ORDER:
        for path in python_files(folder):
            assert (path.parent / "__init__.py").is_file(), path
