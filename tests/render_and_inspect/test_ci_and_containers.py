"""CI pipelines, Dockerfile, compose file and manifests: valid, and consistent with the options."""

import json
import re
import shlex
import sys
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema

from tests import checks
from tests.project import RenderedProject
from tests.readme import code_blocks, commands_under, section_under
from tests.render_and_inspect.conftest import having, with_usual_texts
from tests.steps import CHECKS, TEST, commands_of
from tests.template import REPOSITORY, questions

WORKFLOW = ".github/workflows/ci.yml"
WEEKLY = ".github/workflows/weekly.yml"
DEPENDABOT = ".github/dependabot.yml"
RENOVATE = "renovate.json"
PIPELINE = ".gitlab-ci.yml"
AUDIT = "uv audit --locked"


class Healthy(BaseHTTPRequestHandler):
    """Answers every request with 200."""

    def do_GET(self) -> None:
        """Answer a request."""
        self.send_response(200)
        self.end_headers()


def test_readme_names_the_checks(project: RenderedProject) -> None:
    assert {TEST, *CHECKS} < set(commands_under("Test it", project))


def test_readme_measures_coverage_where_it_is_on(project: RenderedProject) -> None:
    measures = any("--cov" in command for command in commands_under("Test it", project))
    assert measures == project.answers["coverage"]


@having("github")
@pytest.mark.parametrize(
    ("name", "events"),
    [(WORKFLOW, {"push", "pull_request"}), (WEEKLY, {"schedule", "workflow_dispatch"})],
    ids=["CI", "weekly"],
)
def test_github_workflow_is_valid_and_has_read_permissions_only(
    project: RenderedProject, name: str, events: set[str]
) -> None:
    workflow = _load(project, name)
    workflow["on"] = workflow.pop(True)  # YAML parses the key `on` as a boolean
    _validator("vendor.github-workflows").validate(workflow)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["on"].keys() == events


@having("github")
@pytest.mark.parametrize("name", [WORKFLOW, WEEKLY], ids=["CI", "weekly"])
def test_github_workflow_uses_actions_at_fixed_commits(project: RenderedProject, name: str) -> None:
    used = re.findall(r"uses: (\S+)", project.read(name))
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", action)] == []


@having("github")
def test_github_workflow_runs_the_checks_and_the_tests(project: RenderedProject) -> None:
    commands = _commands(project, WORKFLOW)
    assert set(CHECKS) <= set(commands)
    assert TEST in commands
    assert _measures_coverage(_load(project, WORKFLOW)["jobs"]["test"].get("env", {})) == project.answers["coverage"]


@having("github")
def test_github_workflow_has_every_python_and_the_right_services(project: RenderedProject) -> None:
    test = _load(project, WORKFLOW)["jobs"]["test"]
    assert test["strategy"]["matrix"]["python-version"] == _supported_pythons(project)
    assert set(test.get("services", {})) == _database_servers(project, "postgres")


@having("github")
def test_dependabot_updates_all_dependencies_with_a_delay(project: RenderedProject) -> None:
    dependabot = _load(project, DEPENDABOT)
    _validator("vendor.dependabot").validate(dependabot)
    docker = {"docker"} if project.answers["docker"] else set()
    assert {each["package-ecosystem"] for each in dependabot["updates"]} == {"uv", "github-actions"} | docker
    assert {each["cooldown"]["default-days"] for each in dependabot["updates"]} == {7}


@having("github")
def test_github_workflow_checks_for_vulnerabilities_every_week(project: RenderedProject) -> None:
    assert AUDIT in _commands(project, WEEKLY)


@having("gitlab")
def test_renovate_updates_dependencies_with_a_delay(project: RenderedProject) -> None:
    renovate = _load(project, RENOVATE)
    _validator("vendor.renovate").validate(renovate)
    assert renovate["minimumReleaseAge"] == "7 days"


@having("gitlab")
def test_scheduled_gitlab_pipeline_checks_for_vulnerabilities(project: RenderedProject) -> None:
    job = _load(project, PIPELINE)["vulnerabilities"]
    assert job["script"] == [AUDIT]
    assert job["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}]


@having("gitlab")
def test_gitlab_pipeline_is_valid(project: RenderedProject) -> None:
    _validator("vendor.gitlab-ci").validate(_load(project, PIPELINE))


@having("gitlab")
def test_gitlab_pipeline_runs_the_checks_and_the_tests(project: RenderedProject) -> None:
    pipeline = _load(project, PIPELINE)
    assert set(CHECKS) <= set(pipeline["lint"]["script"])
    assert TEST in pipeline["test"]["script"]
    assert _measures_coverage(pipeline["test"].get("variables", {})) == project.answers["coverage"]


@having("postgresql")
def test_ci_has_the_lock_check_of_the_readme(project: RenderedProject) -> None:
    (documented,) = _lock_checks(code_blocks(project.read("README.md"), "bash"))
    match project.answers["ci"]:
        case "github":
            assert _lock_checks(_commands(project, WORKFLOW)) == [documented]
        case "gitlab":
            assert _lock_checks(_load(project, PIPELINE)["lint"]["script"]) == [documented]


def _lock_checks(scripts: list[str]) -> list[list[str]]:
    """Return the words of the scripts that search the migrations for locks."""
    return [shlex.split(script.replace("\\\n", " ")) for script in scripts if "squawk" in script]


@having("gitlab")
def test_gitlab_pipeline_has_every_python_and_the_right_services(project: RenderedProject) -> None:
    test = _load(project, PIPELINE)["test"]
    assert test["parallel"]["matrix"] == [{"PYTHON_VERSION": _supported_pythons(project)}]
    assert {service["alias"] for service in test.get("services", [])} == _database_servers(project, "postgres")


@having("docker")
def test_compose_file_is_valid_and_has_the_right_services(project: RenderedProject) -> None:
    compose = _load(project, "compose.yaml")
    _validator("vendor.compose-spec").validate(compose)
    migrate = set() if project.answers["database"] == "none" else {"migrate"}
    assert compose["services"].keys() == {"service"} | migrate | _database_servers(project, "database")


@having("docker")
def test_compose_file_starts_the_service_after_its_migrations_with_its_settings(project: RenderedProject) -> None:
    services = _load(project, "compose.yaml")["services"]
    by_auth = {"none": "", "oidc": "OIDC_ISSUER OIDC_AUDIENCE", "password": "SECRET_KEY"}
    required = set(by_auth[project.answers["auth"]].split())
    if project.answers["database"] == "postgresql":
        required |= {"PGPASSWORD"}
        assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    if project.answers["database"] != "none":
        required |= {"DATABASE_URL"}
        assert services["migrate"]["environment"].keys() == required
        assert services["service"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["service"]["environment"].keys() == required | {"FORWARDED_ALLOW_IPS"}


@having("docker")
def test_compose_file_builds_one_image_and_passes_the_env_file(project: RenderedProject) -> None:
    services = _load(project, "compose.yaml")["services"]
    services.pop("database", None)
    assert [name for name, service in services.items() if "build" in service] == ["service"]
    assert len({service["image"] for service in services.values()}) == 1
    assert all(service["env_file"] == [{"path": ".env", "required": False}] for service in services.values())


@having("docker", "oidc auth")
def test_compose_file_of_the_readme_starts_a_provider_for_the_service(project: RenderedProject) -> None:
    (block,) = code_blocks(section_under("Authentication", project), "yaml")
    compose = yaml.safe_load(block)
    _validator("vendor.compose-spec").validate(compose)
    realm = json.loads(compose["configs"]["realm"]["content"])
    (host,) = compose["services"]["keycloak"]["networks"]["default"]["aliases"]
    assert f"`http://{host}:8080/realms/{realm['realm']}`" in project.read("README.md")
    (client,) = realm["clients"]
    assert client["redirectUris"][0].endswith("/docs/oauth2-redirect")


@having("docker")
def test_manifests_of_the_readme_are_valid_and_restrictive(project: RenderedProject) -> None:
    text = section_under("Deploy", project)
    manifests = [each for block in code_blocks(text, "yaml") for each in yaml.safe_load_all(block)]
    for manifest in manifests:
        kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)
        assert len(manifest["metadata"]["name"]) <= 63  # which the schema does not say

    kinds: dict[str, list[str]] = {"sqlite": [], "postgresql": ["Job", "Deployment"], "none": ["Deployment"]}
    assert [manifest["kind"] for manifest in manifests] == kinds[project.answers["database"]]
    for manifest in manifests[-1:]:
        (container,) = manifest["spec"]["template"]["spec"]["containers"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
        assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"


@with_usual_texts  # a long name makes a long line
def test_yamllint_finds_nothing(project: RenderedProject) -> None:
    checks.assert_none(checks.yamllint_findings(project.path))


@having("github")
def test_zizmor_finds_nothing(project: RenderedProject) -> None:
    checks.assert_none(checks.zizmor_findings(project.path))


@having("docker")
def test_hadolint_finds_nothing(project: RenderedProject) -> None:
    checks.assert_none(checks.hadolint_findings(project.path))


def test_linters_of_ci_find_nothing_in_this_repository() -> None:
    checks.assert_none(checks.yamllint_findings(REPOSITORY / ".github") + checks.zizmor_findings(REPOSITORY))


@having("docker")
def test_dockerfile_has_stages_no_root_and_a_health_check(project: RenderedProject) -> None:
    lines = project.read("Dockerfile").splitlines()
    stages = [number for number, line in enumerate(lines) if line.startswith("FROM ")]
    assert len(stages) == 2
    final = "\n".join(lines[stages[-1] :])
    assert re.search(r"^USER (?!root|0)\w+$", final, re.MULTILINE)
    assert "HEALTHCHECK " in final
    assert "uv" not in lines[stages[-1]]


@having("docker")
def test_health_check_uses_no_proxy(project: RenderedProject) -> None:
    text = project.read("Dockerfile").replace("\\\n", "")
    (check,) = re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", text, re.MULTILINE)
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        _python, *arguments = json.loads(check.replace(":8000/", f":{server.server_port}/"))
        project.run(shlex.join([sys.executable, *arguments]), http_proxy="http://127.0.0.1:1", no_proxy="")


def test_images_have_full_names(project: RenderedProject) -> None:
    # Podman on Debian has no default registry.
    texts = [project.read(name) for name in project.files_like("Dockerfile", "*.yaml", "*.yml")]
    images = re.findall(r"(?<![@\w./])[\w./]*\b(?:uv|python|postgres):\d\S*", "\n".join(texts))
    assert images or not project.answers["docker"]
    assert [image for image in images if not image.startswith("docker.io/")] == []


@having("docker")
def test_dockerfile_has_the_newest_python(project: RenderedProject) -> None:
    pythons = re.findall(r"^FROM \S*python:?(3\.\d+)-", project.read("Dockerfile"), re.MULTILINE)
    assert pythons == [questions()["python_version"]["choices"][-1]] * 2


@having("docker")
def test_dockerfile_copies_only_existing_files_that_are_not_ignored(project: RenderedProject) -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", project.read("Dockerfile"), re.MULTILINE)
    names = {name for group in copied for name in group.split()} - {"uv.lock"}  # created by `uv sync`
    allowed = {line.removeprefix("!") for line in project.read(".dockerignore").splitlines() if line.startswith("!")}
    assert {"app", "pyproject.toml"} <= names <= allowed
    assert [name for name in sorted(names) if not (project.path / name).exists()] == []


def _commands(project: RenderedProject, workflow: str) -> list[str]:
    jobs = _load(project, workflow)["jobs"].values()
    return [command for job in jobs for command in commands_of(job)]


def _measures_coverage(variables: dict[str, str]) -> bool:
    """Return whether tests with these environment variables measure coverage."""
    return "--cov" in variables.get("PYTEST_ADDOPTS", "").split()


def _database_servers(project: RenderedProject, name: str) -> set[str]:
    return {name} if project.answers["database"] == "postgresql" else set()


def _supported_pythons(project: RenderedProject) -> list[str]:
    oldest = project.recorded_answers()["python_version"]
    return [version for version in questions()["python_version"]["choices"] if version >= oldest]


def _load(project: RenderedProject, name: str) -> Any:
    return yaml.safe_load(project.read(name))


@cache
def _validator(schema: str) -> Any:
    """Return a validator for a schema that is included in check-jsonschema."""
    loaded = get_builtin_schema(schema)
    return jsonschema.validators.validator_for(loaded)(loaded)
