"""New keys and unreachable providers."""

from time import monotonic

from tests.generate_and_run.service import START, Service, running
from tests.project import RenderedProject
from tests.providers.browser import Browser, Response
from tests.providers.provider import Provider


def read_me(service: Service, token: str) -> Response:
    return Browser().get(f"http://127.0.0.1:{service.port}/api/v1/users/me", Authorization=f"Bearer {token}")


def wait_until_accepted(service: Service, token: str) -> None:
    """Send requests until the service accepts a token. Raise TimeoutError after a minute."""
    deadline = monotonic() + 60
    while monotonic() < deadline:
        if read_me(service, token).status == 200:
            return
    raise TimeoutError


def test_new_keys_replace_old_ones(configured: RenderedProject, provider: Provider) -> None:
    with running(configured, START) as service:
        with provider.running():
            first = provider.machine_token()
            assert read_me(service, first).status == 200
        with provider.running():
            second = provider.machine_token()
            assert read_me(service, second).status == 200
            assert read_me(service, first).status == 401
        service.drain()
        with provider.running():
            third = provider.machine_token()
            wait_until_accepted(service, third)
            assert read_me(service, second).status == 401


def test_known_tokens_work_without_the_provider(configured: RenderedProject, provider: Provider) -> None:
    with running(configured, START) as service:
        with provider.running():
            known = provider.machine_token()
            assert read_me(service, known).status == 200
        with provider.running():
            unknown = provider.machine_token()
        assert read_me(service, unknown).status == 503
        assert read_me(service, known).status == 200


def test_a_service_starts_without_the_provider_and_recovers(configured: RenderedProject, provider: Provider) -> None:
    with running(configured, START) as service:
        with provider.running():
            token = provider.machine_token()
        refused = read_me(service, token)
        assert refused.status == 503
        assert refused.headers["Retry-After"] == "5"
        assert service.get("/health/ready").status == 200
        service.drain()
        with provider.running():
            wait_until_accepted(service, provider.machine_token())
