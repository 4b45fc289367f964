"""The repository of failed logins."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.user import FailedLogin
from app.repositories.failed_login import FailedLoginRepository

CLIENT, OTHER_CLIENT = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def failures(db_session: AsyncSession) -> FailedLoginRepository:
    return FailedLoginRepository(db_session, CLIENT)


@pytest.fixture
def other_client_failures(db_session: AsyncSession) -> FailedLoginRepository:
    return FailedLoginRepository(db_session, OTHER_CLIENT)


def minutes_ago(*minutes: int, account: str = "ann", client: str = CLIENT) -> list[FailedLogin]:
    now = datetime.now(UTC)
    return [FailedLogin(account=account, client=client, created_at=now - timedelta(minutes=each)) for each in minutes]


async def test_a_client_waits_until_its_tenth_last_failure_is_15_minutes_old(
    failures: FailedLoginRepository, db_session: AsyncSession
) -> None:
    db_session.add_all(minutes_ago(*range(3, 12)))
    assert await failures.retry_after("ann") == 0

    db_session.add_all(minutes_ago(12))
    assert await failures.retry_after("ann") == 3 * 60

    db_session.add_all(minutes_ago(1))
    assert await failures.retry_after("ann") == 4 * 60


async def test_failures_older_than_15_minutes_do_not_count(
    failures: FailedLoginRepository, db_session: AsyncSession
) -> None:
    db_session.add_all(minutes_ago(*[1] * 9, *[16] * 100))

    assert await failures.retry_after("ann") == 0


async def test_failures_of_other_clients_and_other_accounts_do_not_count(
    failures: FailedLoginRepository, db_session: AsyncSession
) -> None:
    db_session.add_all(minutes_ago(*[1] * 10, client=OTHER_CLIENT))
    db_session.add_all(minutes_ago(*[1] * 10, account="bob"))

    assert await failures.retry_after("ann") == 0


async def test_a_client_has_one_attempt_at_an_account_that_is_under_attack(
    failures: FailedLoginRepository, db_session: AsyncSession
) -> None:
    db_session.add_all(minutes_ago(*[5] * 98, client=OTHER_CLIENT))
    db_session.add_all(minutes_ago(3))
    assert await failures.retry_after("ann") == 0

    db_session.add_all(minutes_ago(4, client=OTHER_CLIENT))
    assert await failures.retry_after("ann") == 12 * 60
    assert await FailedLoginRepository(db_session, "192.0.2.3").retry_after("ann") == 0


async def test_a_client_has_no_second_attempt_at_an_account_under_attack(
    failures: FailedLoginRepository, db_session: AsyncSession
) -> None:
    db_session.add_all(minutes_ago(10))
    db_session.add_all(minutes_ago(*[5] * 100, client=OTHER_CLIENT))

    assert await failures.retry_after("ann") == 5 * 60


async def test_storing_a_failure_deletes_old_ones(failures: FailedLoginRepository, db_session: AsyncSession) -> None:
    db_session.add_all(minutes_ago(14, 16))
    db_session.add_all(minutes_ago(16, account="bob", client=OTHER_CLIENT))

    await failures.create("ann")

    stored = (await db_session.scalars(select(FailedLogin).order_by(FailedLogin.created_at))).all()
    assert [(failure.account, failure.client) for failure in stored] == [("ann", CLIENT)] * 2
    assert stored[0].created_at < datetime.now(UTC) - timedelta(minutes=13)
    assert stored[1].created_at > datetime.now(UTC) - timedelta(minutes=1)


async def test_only_failures_of_the_client_with_the_account_are_deleted(
    failures: FailedLoginRepository, other_client_failures: FailedLoginRepository, db_session: AsyncSession
) -> None:
    await failures.create("ann")
    await failures.create("bob")
    await other_client_failures.create("ann")

    await failures.delete("ann")

    left = await db_session.execute(select(FailedLogin.account, FailedLogin.client))
    assert {tuple(row) for row in left} == {("bob", CLIENT), ("ann", OTHER_CLIENT)}
    assert await db_session.scalar(select(func.count()).select_from(FailedLogin)) == 2
