"""The house stays easy to see: layout, direction of foreign keys, who moves states, file sizes, names."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from dossiers.enums import Transition

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "procedures", "payments", "dossiers")
TOP_LEVEL = {
    ".ci", ".gitignore", ".dockerignore", "LICENSE", "Makefile", "README.md", "docker-compose.yml", "docs", "dossiers",
    "locale", "manage.py", "payments", "portal", "procedures", "pyproject.toml", "requirements-dev.lock", "requirements.lock",
    "static", "templates", "tests",
}  # fmt: skip
# From the bottom up, as in pyproject's import contract; apps on one line do not point at each other.
LAYERS = [
    {"core"},
    {"accounts"},
    {"notifications", "documents"},
    {"vault"},
    {"procedures", "payments"},
    {"dossiers", "feedback"},
    {"site"},
]


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def tracked_files() -> list[str]:
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if found.returncode != 0:
        # A release tarball has no git: then what lies there is what was released.
        return [str(path.relative_to(ROOT)) for path in python_files(*PACKAGES, "tests")]
    return [name for name in found.stdout.decode().split("\0") if name]


def test_the_top_level_is_the_fixed_one() -> None:
    assert {name.split("/")[0] for name in tracked_files()} <= TOP_LEVEL


def test_foreign_keys_point_sideways_within_an_app_or_downwards() -> None:
    height = {label: level for level, labels in enumerate(LAYERS) for label in labels}
    wrong = []
    for model in apps.get_models():
        own = model._meta.app_label
        if own not in height:
            continue
        for field in model._meta.get_fields():
            if not (field.is_relation and field.concrete and field.related_model):
                continue
            target = field.related_model._meta.app_label  # type: ignore[union-attr]
            if target in height and target != own and height[target] >= height[own]:
                wrong.append(f"{own}.{model.__name__}.{field.name} -> {target}")
    assert wrong == []


def test_only_the_runner_calls_transition_methods() -> None:
    """The state machine's methods are reached through `getattr` in dossiers/transitions.py and nowhere else."""
    names = {transition.value for transition in Transition}
    wrong = []
    for path in python_files(*PACKAGES):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names):
                continue
            owner = node.func.value
            # `services.receive(...)` and `processing.stop(...)` are use cases; `dossier.receive(...)` is the machine.
            if isinstance(owner, ast.Name) and ("dossier" in owner.id or owner.id in {"self", "step"}):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            if isinstance(owner, ast.Attribute) and owner.attr == "dossier":
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []


def test_neighbour_apps_are_entered_only_through_their_front_doors() -> None:
    doors = {"services", "selectors", "events", "enums", "errors"}
    apps_by_package = {
        "portal.accounts": doors | {"models", "validators", "middleware", "forms"},
        "portal.documents": doors,
        "portal.notifications": doors | {"account_adapter"},
        "portal.vault": doors,
        "procedures": doors,
        "payments": doors,
        "dossiers": doors,
        "portal.feedback": doors,
    }
    wrong = []
    for path in python_files(*PACKAGES):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(path.read_text())
        typing_only = {
            id(child)
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
            for child in ast.walk(node)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or node.module is None or id(node) in typing_only:
                continue
            for package, allowed in apps_by_package.items():
                if module == package or module.startswith(package + "."):
                    continue
                if node.module == package:
                    entered = {alias.name for alias in node.names}
                elif node.module.startswith(package + "."):
                    entered = {node.module.removeprefix(package + ".").split(".")[0]}
                else:
                    continue
                if entered - allowed:
                    wrong.append(f"{module} -> {node.module} ({', '.join(sorted(entered - allowed))})")
    assert wrong == []


def test_files_hold_one_subject() -> None:
    long = []
    for name in tracked_files():
        path = ROOT / name
        if path.suffix not in {".py", ".html", ".css", ".js"} or "migrations" in path.parts or not path.is_file():
            continue
        lines = len(path.read_text().splitlines())
        if lines > 450:
            long.append(f"{name}: {lines}")
    assert long == []


def test_journeys_lie_in_the_one_folder_that_their_step_reads() -> None:
    strays = [
        str(path.relative_to(ROOT))
        for path in python_files("tests")
        if "e2e" not in path.relative_to(ROOT).parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "e2e"
    ]
    assert strays == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "common", "misc", "helpers", "stuff", "base2"}
    assert [name for name in tracked_files() if Path(name).stem in empty] == []


def test_every_app_states_its_charter() -> None:
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in PACKAGES:
            charter = (ROOT / Path(*config.name.split(".")) / "__init__.py").read_text()
            assert "may import" in charter.lower(), config.name


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_rendering_module_imports_weasyprint(package: str) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in python_files(package)
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("weasyprint"))
        or (isinstance(node, ast.Import) and any(alias.name.startswith("weasyprint") for alias in node.names))
    }
    assert users <= {"portal/documents/rendering.py"}
