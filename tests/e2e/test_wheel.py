"""An installed wheel carries all it needs, far from the checkout."""

import subprocess


def test_the_demonstration_runs_from_the_wheel(installed, tmp_path) -> None:
    done = subprocess.run(
        [installed, "demo", "--dir", tmp_path / "demo"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    for expected in ("Drone incursion", "Zapad", "RECEIVED BY SLACK", "RECEIVED BY EMAIL"):
        assert expected in done.stdout


def test_the_wheel_has_migrations_unit_and_sample(installed, tmp_path) -> None:
    def tocsin(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([installed, *words], cwd=tmp_path, capture_output=True, text=True, timeout=60)

    root = tmp_path / "root"
    assert tocsin("service", "install", "--root", str(root)).returncode == 0
    unit = (root / "etc/systemd/system/tocsin.service").read_text()
    assert f"ExecStart={installed} run" in unit
    config = str(root / "etc/tocsin/config.toml")
    assert tocsin("-c", config, "config", "check").returncode == 0
    assert tocsin("-c", config, "db", "upgrade").returncode == 0
    assert tocsin("-c", config, "db", "check").stdout.strip() == "sound"
