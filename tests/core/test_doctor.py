"""``bilabial doctor``: what is there, what is missing, and an exit code that programs can trust."""

from __future__ import annotations

import json
import shutil
import socket
import sys
from pathlib import Path

import pytest

from bilabial import resources
from bilabial.cli import main
from bilabial.models.store import DEFAULT_MODEL

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own with one model, whose files may be spoilt."""
    shutil.copytree(ROOT / "rigs", tmp_path / "rigs", ignore=shutil.ignore_patterns("demo_head"))
    shutil.copytree(ROOT / "trained_models" / DEFAULT_MODEL, tmp_path / "trained_models" / DEFAULT_MODEL)
    monkeypatch.setattr(resources, "_HOMES", (tmp_path,))
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], code: int) -> dict[str, dict[str, str]]:
    assert main(["doctor", "--json"]) == code
    return {one["part"]: one for one in json.loads(capsys.readouterr().out)["findings"]}


def test_a_whole_installation_is_well(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    found = told(capsys, 0)
    assert not [one for one in found.values() if one["state"] == "wrong"]
    for part in ("bilabial", "python", "numpy", "system", f"model {DEFAULT_MODEL}", "rigs", "soundfile"):
        assert found[part]["state"] == "ok"
    assert found["words"]["state"] in ("ok", "absent")
    assert str(Path.home()) not in json.dumps(found) or str(Path.home()) == "/"


def test_no_network_is_asked(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("doctor opened a socket")

    monkeypatch.setattr(socket, "socket", refused)
    assert main(["doctor"]) == 0
    assert "Takes can be made." in capsys.readouterr().out


def test_a_missing_model_is_named_with_its_remedy(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    shutil.rmtree(home / "trained_models" / DEFAULT_MODEL)
    found = told(capsys, 1)
    assert found["models"]["state"] == "wrong" and DEFAULT_MODEL in found["models"]["text"]
    assert "install" in found["models"]["remedy"]


def test_a_damaged_model_is_wrong(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    weights = home / "trained_models" / DEFAULT_MODEL / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"?")
    assert told(capsys, 1)[f"model {DEFAULT_MODEL}"]["state"] == "wrong"


def test_a_damaged_rig_is_named_and_counted(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "rigs" / "arkit-52.json").write_text("{")
    found = told(capsys, 1)
    assert found["rig arkit-52"]["state"] == "wrong"
    sound, all_of_them = found["rigs"]["text"].split(" profiles")[0].split(" of ")
    assert int(sound) < int(all_of_them)


def test_a_library_that_cannot_be_loaded_is_wrong(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "soxr", None)
    assert main(["doctor"]) == 1
    text = capsys.readouterr().out
    assert "wrong   soxr" in text and "pip install soxr" in text


def test_a_package_for_one_purpose_may_be_absent(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    for name in ("torch", "PySide6", "bpy"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    found = told(capsys, 0)
    assert found["torch"]["state"] == "absent" and "bilabial[training]" in found["torch"]["remedy"]
