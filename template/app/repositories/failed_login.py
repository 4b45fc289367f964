"""The repository of failed logins."""

import math
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.user import FailedLogin

WINDOW = timedelta(minutes=15)
# Failures that block one client for one account; failures of all clients after which each client has a single attempt,
# so that others cannot lock out the user.
FAILURES_OF_CLIENT = 10
FAILURES_OF_ACCOUNT = 100


class FailedLoginRepository:
    """The failed logins in the database. `client` is the address of the client. The caller commits."""

    def __init__(self, session: AsyncSession, client: str) -> None:
        self.session = session
        self._client = client

    async def retry_after(self, account: str) -> int:
        """Return the seconds until the client may try to log in to the account again."""
        start = datetime.now(UTC) - WINDOW
        recent = FailedLogin.account == account, FailedLogin.created_at > start
        failures = await self.session.scalar(select(func.count()).select_from(FailedLogin).where(*recent)) or 0
        allowed = FAILURES_OF_CLIENT if failures < FAILURES_OF_ACCOUNT else 1
        own = select(FailedLogin.created_at).where(*recent, FailedLogin.client == self._client)
        newest_first = own.order_by(FailedLogin.created_at.desc())
        oldest = await self.session.scalar(newest_first.offset(allowed - 1).limit(1))
        return math.ceil((oldest - start).total_seconds()) if oldest else 0

    async def create(self, account: str) -> None:
        """Store a failed login of the client, and delete those that do not count any more."""
        await self.session.execute(delete(FailedLogin).where(FailedLogin.created_at < datetime.now(UTC) - WINDOW))
        self.session.add(FailedLogin(account=account, client=self._client))

    async def delete(self, account: str) -> None:
        """Delete the failed logins of the client for the account."""
        own = delete(FailedLogin).where(FailedLogin.account == account, FailedLogin.client == self._client)
        await self.session.execute(own)
