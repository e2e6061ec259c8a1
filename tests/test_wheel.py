"""A wheel built from this repository works elsewhere, with everything it needs inside."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

import roi
from roi.errors import RoiError
from roi.resources import app_path, data_path, template_path

ROOT = Path(__file__).resolve().parent.parent


def python(*arguments: str, cwd: Path, path: Path | None = None) -> str:
    """What a fresh interpreter prints; its errors are shown when it fails."""
    environment = {**os.environ, "PYTHONPATH": str(path or ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def travelling_files() -> set[str]:
    """Every file of the repository that belongs into the wheel, by its place in the wheel."""
    places = {"roi": "roi", "bench": "bench", "templates": "roi/templates"}
    names = {
        f"{place}/{file.relative_to(ROOT / folder).as_posix()}"
        for folder, place in places.items()
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    return names | {"roi/app.py", "roi/.streamlit/config.toml"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    python("-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT), cwd=out)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    python(*pip, cwd=target)
    return target


def test_the_wheel_holds_every_file_of_the_packages_the_templates_and_the_application(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert inside == travelling_files()


@pytest.mark.parametrize("folder", ["bench/library/", "roi/data/", "roi/texts/", "roi/templates/"])
def test_a_folder_of_data_travels(wheel: Path, folder: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        data = [name for name in archive.namelist() if name.startswith(folder)]
    assert {Path(name).name for name in data} - {"__init__.py"}, f"{folder} arrived empty"


@pytest.mark.parametrize("name", ["roi/py.typed", "bench/py.typed", "roi/app.py", "licenses/LICENSE"])
def test_a_single_file_travels(wheel: Path, name: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert sum(entry.endswith(name) for entry in archive.namelist()) == 1


def test_an_installed_copy_finds_its_own_files(installed: Path, tmp_path: Path) -> None:
    code = "from roi.resources import *; print(app_path(), template_path('demonstration.yaml'), sep='\\n')"
    assert python("-c", code, cwd=tmp_path, path=installed).split() == [
        str(installed / "roi" / "app.py"),
        str(installed / "roi" / "templates" / "demonstration.yaml"),
    ]


def test_an_installed_copy_lists_the_same_library(installed: Path, tmp_path: Path) -> None:
    listing = python("-m", "bench", "library", cwd=tmp_path, path=installed)
    assert "H100" in listing
    assert listing == python("-m", "bench", "library", cwd=tmp_path)


def test_an_installed_copy_recommends_from_any_folder(installed: Path, tmp_path: Path) -> None:
    command = ("-m", "roi", "recommend", "--fid-max", "20", "--json")
    answer = json.loads(python(*command, cwd=tmp_path, path=installed))
    assert (answer["status"], answer["verified"]) == ("optimal", True)
    assert answer["choice"]["fid"] <= 20


def test_a_checkout_finds_its_files_at_the_top() -> None:
    assert app_path() == ROOT / "app.py"
    assert template_path("demonstration.yaml") == ROOT / "templates" / "demonstration.yaml"


def test_an_unknown_template_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RoiError, match=r"'absent\.yaml' is not in .*demonstration\.yaml"):
        template_path("absent.yaml")


def test_a_data_name_that_leads_outside_the_folder_is_refused() -> None:
    with pytest.raises(RoiError, match=r"'\.\./errors\.py' is not in "):
        data_path("../errors.py")


FOREIGN = {
    "bench/__init__.py": "VERSION = '5'\n",
    "roi/__init__.py": "",
    "bench/commands/__init__.py": "",
}
"""Files of other distributions that use one of our names, each alone in a wheel of its own."""


def foreign_wheel(folder: Path, file: str) -> Path:
    """A wheel of a distribution `someones-tool` with one file, as small as an installer takes it."""
    info = "someones_tool-5.0.dist-info"
    contents = {
        file: FOREIGN[file],
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: someones-tool\nVersion: 5.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"{file},,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n",
    }
    made = folder / "someones_tool-5.0-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return made


class Prefix:
    """An environment of its own: what an installer puts down, commands included."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        bases = {"base": str(folder), "platbase": str(folder)}
        self.packages = Path(sysconfig.get_path("purelib", "posix_prefix", bases))

    def install(self, wheel: Path) -> None:
        """As beside whatever is there; pip writes over another distribution's files without a word."""
        offline = ("--no-deps", "--no-index", "--no-warn-script-location", "--ignore-installed")
        python(
            "-m",
            "pip",
            "install",
            "--quiet",
            *offline,
            "--prefix",
            str(self.folder),
            str(wheel),
            cwd=self.folder,
        )

    def run(self, *command: str) -> tuple[int, str, str]:
        """Status, standard output and standard error of a command, given by its words."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.packages), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def script(self, name: str, *arguments: str) -> tuple[int, str, str]:
        """The same of an installed command."""
        return self.run(str(self.folder / "bin" / name), *arguments)


@pytest.fixture
def prefix(wheel: Path, tmp_path: Path) -> Prefix:
    made = Prefix(tmp_path)
    made.install(wheel)
    return made


@pytest.mark.parametrize("name", ["image-roi", "image-bench"])
def test_an_installed_command_says_its_version(prefix: Prefix, name: str) -> None:
    assert prefix.script(name, "--version") == (0, f"image-roi {roi.__version__}\n", "")


@pytest.mark.parametrize(("name", "first"), [("image-roi", "recommend"), ("image-bench", "library")])
def test_an_installed_command_completes_its_commands(prefix: Prefix, name: str, first: str) -> None:
    asked = f"_{name.replace('-', '_').upper()}_COMPLETE=complete_bash COMP_CWORD=1 COMP_WORDS='{name} {first[:3]}'"
    assert prefix.run("bash", "-c", f"{asked} {prefix.folder}/bin/{name}")[:2] == (0, f"{first}\n")
    _, shown, _ = prefix.run("bash", "-c", f"{prefix.folder}/bin/{name} --show-completion; true")
    assert f"complete -o default -F _{name.replace('-', '_')}_completion {name}" in shown


@pytest.mark.parametrize("package", ["bench", "roi"])
def test_a_package_that_was_written_over_is_said_in_a_sentence(prefix: Prefix, package: str) -> None:
    prefix.install(foreign_wheel(prefix.folder, f"{package}/__init__.py"))
    sentence = (
        f"the package '{package}' in {prefix.packages / package} is not that of image-roi: someones-tool 5.0 has "
        "written over it; install image-roi in an environment of its own (python3 -m venv FOLDER), and start it in "
        "a folder that holds no package of this name\n"
    )
    assert prefix.script("image-roi", "recommend") == (2, "", sentence)
    assert prefix.run(sys.executable, "-m", "roi", "recommend") == (2, "", sentence)


def test_the_measuring_command_says_so_too(prefix: Prefix) -> None:
    prefix.install(foreign_wheel(prefix.folder, "bench/__init__.py"))
    status, out, said = prefix.script("image-bench", "library")
    assert (status, out, said.count("\n")) == (2, "", 1)
    assert "someones-tool 5.0 has written over it" in said


def test_the_front_door_says_so_to_a_program(prefix: Prefix) -> None:
    prefix.install(foreign_wheel(prefix.folder, "bench/__init__.py"))
    status, _, said = prefix.run(sys.executable, "-c", "import roi; roi.decide")
    assert status == 1
    assert said.splitlines()[-1].startswith("bench.owner.ForeignPackageError: the package 'bench' in ")


def test_a_foreign_module_that_stands_before_ours_is_said_when_it_does_not_fit(prefix: Prefix) -> None:
    prefix.install(foreign_wheel(prefix.folder, "bench/commands/__init__.py"))
    status, out, said = prefix.script("image-bench", "library")
    assert (status, out, said.count("\n")) == (2, "", 1)
    assert "someones-tool 5.0 has written over it" in said
    assert "cannot import name 'add_commands'" in said


def test_a_folder_named_bench_where_one_stands_is_said_in_a_sentence(prefix: Prefix) -> None:
    (prefix.folder / "bench").mkdir()
    (prefix.folder / "bench" / "__init__.py").touch()
    status, out, said = prefix.run(sys.executable, "-m", "roi", "recommend")
    assert (status, out, said.count("\n")) == (2, "", 1)
    assert "start it in a folder that holds no package of this name" in said


LARGEST_BASE_INSTALL_MB = 165
HEAVY = {
    "codecarbon",
    "pandas",
    "torch",
    "diffusers",
    "transformers",
    "streamlit",
    "altair",
    "vl-convert-python",
    "matplotlib",
    "scipy",
}
"""What belongs to an extra."""


def base_distributions() -> dict[str, Distribution]:
    """What the base requirements bring, and what these require in turn, as it is installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting, found = list(project["dependencies"]), {}
    while waiting:
        name = re.split(r"[^A-Za-z0-9._-]", waiting.pop(), maxsplit=1)[0].lower().replace("_", "-")
        if name not in found:
            found[name] = distribution(name)
            needs = found[name].requires or []
            waiting += [need for need in needs if "extra ==" not in need and _applies(need)]
    return found


def _applies(requirement: str) -> bool:
    """Whether a requirement is for this platform; those for others are not installed here."""
    marker = requirement.partition(";")[2]
    return not re.search(r"win32|Windows|Darwin|python_version\s*<", marker)


def test_the_base_install_brings_no_heavy_library() -> None:
    assert HEAVY & set(base_distributions()) == set()


def test_the_base_install_is_light() -> None:
    """Files as the packages deliver them; compiled byte code comes on top."""
    delivered = [file for each in base_distributions().values() for file in each.files or []]
    paths = [Path(str(file.locate())) for file in delivered if file.suffix != ".pyc"]
    size = sum(path.stat().st_size for path in (*paths, *own_files()) if path.is_file())
    assert size / 1e6 < LARGEST_BASE_INSTALL_MB


def own_files() -> list[Path]:
    """Every file of this project that an installed copy holds."""
    folders = (ROOT / "roi", ROOT / "bench", ROOT / "templates")
    return [path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc"]
