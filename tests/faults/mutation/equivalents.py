"""Mutants that no test of a service can kill, or should, each with the reason."""

import re
from dataclasses import dataclass

from tests.faults.mutation.mutants import Mutant
from tests.ownership import feature
from tests.template import Answers


@dataclass(frozen=True)
class Equivalent:
    """Mutants of `module` whose change matches the regular expression `change`.

    They do the same as the original, or differ in a message or a tolerance that no rule states.

    `where` names the feature that they do the same in, if it is not every project.
    """

    module: str
    change: str
    reason: str
    where: str = ""

    def covers(self, module: str, mutant: Mutant, answers: Answers) -> bool:
        """Return whether a mutant is among these."""
        in_place = module == self.module and (not self.where or feature(self.where).is_in(answers))
        return in_place and re.fullmatch(self.change, str(mutant)) is not None


HEADERS = "header names are case-insensitive (RFC 9110, section 5.1)"
PEOPLE = "text that only people read"
FALSE = "both values are falsy"
SQL = "SQL keywords and names are case-insensitive"
INDEX = "the database reads an index that has the same order"
MIGRATED = "defined by the migration, and not compared by Alembic"
UNREAD = "validated in the request, and not used"
LOCAL = "asyncpg treats a naive datetime as local time, and `now(None)` is local time"
MICROSECOND = "differs only if two times are equal to the microsecond"

EQUIVALENTS = (
    Equivalent("app/api/deps/users.py", r".*auto_error=False.*auto_error=None.*", FALSE),
    Equivalent("app/api/deps/principal.py", r".*auto_error=False.*auto_error=None.*", FALSE),
    Equivalent("app/api/deps/items.py", r'.* => .*store\["(XXitemsXX|ITEMS)"\].*', "no other resource has this name"),
    Equivalent(
        "app/api/routes/account.py",
        r".* => .*error_responses\(401, 403, \)\)",
        "every route declares that the database may be unavailable",
        "a database",
    ),
    Equivalent(
        "app/core/config.py", r'SERVICE_NAME = .* => SERVICE_NAME = "(XX|MY).*', "the tests take the name from it"
    ),
    Equivalent("app/memory.py", r"Store: TypeAlias = .* => Store: TypeAlias = None", "only the type checker reads it"),
    Equivalent("app/api/errors.py", r'.* => .*\{"(retry-after|RETRY-AFTER|connection|CONNECTION)": .*', HEADERS),
    Equivalent("app/api/errors.py", r".* => .*_app_error\(None, .*", "the handler does not look at the request"),
    Equivalent(
        "app/api/deps/users.py",
        r".* => .*Depends\(limit_hashing, (scope=(None|\"FUN.*|\"XX.*))?\)\]",
        "a small answer is sent at once",
    ),
    Equivalent(
        "app/api/deps/users.py",
        r".*client\.host.* => .* else \"XXXX\".*",
        "'XXXX' is not the address of a client either",
    ),
    Equivalent(
        "app/models/item.py", r"price: .*Numeric\(12, 2\).* => .*(None|mapped_column\(None\)|\(None, 2\)\))", MIGRATED
    ),
    Equivalent("app/core/config.py", r"@classmethod => ", "Pydantic makes a class method of it"),
    Equivalent("app/sqlite.py", r"@compiles\((\w+), .* => @compiles\(\1, \)", "there is no other database"),
    Equivalent("app/models/item.py", r"@classmethod => ", "SQLAlchemy calls it with the class either way"),
    Equivalent(
        "app/models/item.py",
        r".* => return NotInQueries\(None\)",
        "it refuses every operation, whatever its argument is",
    ),
    Equivalent("app/models/item.py", r'raise .* => raise .*Error\("XX.*', PEOPLE),
    Equivalent("app/sqlite.py", r'raise .* => raise .*Error\("XXa datetime.*', PEOPLE),
    Equivalent("app/sqlite.py", r".* => .*isolation_level = \"\"", "when the driver would begin, `_begin` has"),
    Equivalent("app/sqlite.py", r"invoked = .* => .*\(context\) or True else None", "there is always a context"),
    Equivalent("app/sqlite.py", r".* => .*\"sqlite_errorcode\", 1\).*", "the code of an error in a statement"),
    Equivalent("app/sqlite.py", r".*hide_password=True\)", "a URL of SQLite has no password"),
    Equivalent("app/sqlite.py", r".*hide_password=None\)", FALSE),
    Equivalent("app/postgresql.py", r".*hide_password=None\)", FALSE),
    Equivalent("app/core/config.py", r"repr=False, .* => repr=None, .*", FALSE),
    Equivalent("app/core/config.py", r".*extra=\"ignore\" => .*extra=None", "what is extra is ignored either way"),
    Equivalent("app/api/routes/health.py", r".* => .*text\(\"(select version_num|SELECT VERSION_NUM).*", SQL),
    Equivalent("app/api/routes/items.py", r".*include_in_schema=False\) => .*include_in_schema=None\)", FALSE),
    Equivalent("app/api/routes/items.py", r'.* => .*description=(None|"XX|"THE ).*', PEOPLE),
    Equivalent("app/api/etags.py", r"IfMatch: .* => .*Header\(.*", PEOPLE),
    Equivalent("app/api/errors.py", r".* => .*_http_exception\(None, .*", "it looks at the request of a 405 only"),
    Equivalent("app/api/routes/items.py", r'response\.headers\["ETag"\].* => .*"(etag|ETAG)".*', HEADERS),
    Equivalent(
        "app/api/routes/items.py",
        r"item = .*for_update=True\) => .*\(item_id, (for_update=(False|None))?\)",
        "there is nothing to lock",
        "no database",
    ),
    Equivalent(
        "app/repositories/item.py", r".* => .*for_update: bool = True.*", "there is nothing to lock", "no database"
    ),
    Equivalent("app/api/routes/items.py", r".* => .*limit=(None|limit \+ 2), .*", "reads more rows, shows the same"),
    Equivalent("app/core/exceptions.py", r"retry_after: int .* = None .* => .* = \"\" .*", FALSE),
    Equivalent("app/core/exceptions.py", r'.* => .*\{"(www-authenticate|WWW-AUTHENTICATE)": .*', HEADERS),
    Equivalent(
        "app/core/tokens.py",
        r".*jwt\.encode\(.*ALGORITHM.* => .*jwt\.encode\(claims, key, headers=.*",
        "PyJWT's default",
    ),
    Equivalent("app/repositories/failed_login.py", r".* => .*\)\) or 1", "1 is as far below the limits as 0"),
    Equivalent("app/repositories/failed_login.py", r".* => .*\.limit\((None|2)\)\)", "only the first is looked at"),
    Equivalent("app/repositories/item.py", r".* => .*order_by\(Item.created_at, \).*", INDEX),
    Equivalent("app/repositories/item.py", r".* => .*order_by\(Item.created_at, None\).*", INDEX, "sqlite"),
    Equivalent("app/core/oidc.py", r"return issuer => return None", "is checked when it is read, and not used"),
    Equivalent("app/core/oidc.py", r'headers = .* => .*\{"(accept-encoding|ACCEPT-ENCODING)": .*', HEADERS),
    Equivalent("app/core/oidc.py", r".*_next_refresh = -inf => .*\+inf", "the first keys replace it"),
    Equivalent("app/core/oidc.py", r"self\._failed = True .* => .*", "is set again when they are asked for"),
    Equivalent("app/core/oidc.py", r"self\._refreshing: .* = None => .* = \"\"", FALSE),
    Equivalent("app/core/oidc.py", r"algorithms=\[key\.algorithm_name\], => (algorithms=None,)?", "PyJWT's default"),
    Equivalent("app/core/oidc.py", r'.*stream\("GET", url\).* => .*\("get", url\).*', "httpx2 writes it in upper case"),
    Equivalent(
        "app/core/oidc.py",
        r'.* => return _media_type\(str\(header\.get\("typ", "jwt"\)\)\).*',
        "is compared without its case",
    ),
    Equivalent("app/core/tokens.py", r"LEEWAY = 10 .* => LEEWAY = 11 .*", "a second of leeway more"),
    Equivalent(
        "app/core/tokens.py",
        r".* => .*\.get\(\"kid\", (None|\"XXXX\")?\), .*",
        'no key has this id, as it has none of ""',
    ),
    Equivalent("app/core/tokens.py", r".*\[:16\].* => .*\[:17\].*", "an id that is a character longer"),
    Equivalent("app/core/tokens.py", r".* => .*token_urlsafe\((None|33)\).*", "as many random bytes, or one more"),
    Equivalent("app/core/tokens.py", r".*UUID.* => .*\.rpartition\(.*", "a token has one dot"),
    Equivalent("app/repositories/failed_login.py", r".*created_at > start.* => .*created_at >= start.*", MICROSECOND),
    Equivalent("app/repositories/failed_login.py", r".*created_at < .* => .*created_at <= .*", MICROSECOND),
    Equivalent("app/repositories/failed_login.py", r".*delete\(.* => .*datetime\.now\(None\).*", LOCAL, "postgresql"),
    Equivalent("app/repositories/refresh_token.py", r".*expires_at < .* => .*expires_at <= .*", MICROSECOND),
    Equivalent("app/repositories/refresh_token.py", r".*expires_at > .* => .*expires_at >= .*", MICROSECOND),
    Equivalent(
        "app/repositories/refresh_token.py",
        r".* => \.where\(RefreshToken\.token_hash == sha256\(old\)\)",
        "no two tokens have the same hash",
    ),
    Equivalent("app/repositories/refresh_token.py", r".* => .*datetime\.now\(None\).*", LOCAL, "postgresql"),
    Equivalent("app/schemas/envelope.py", r"T = TypeVar.* => T = TypeVar.*", PEOPLE),
    Equivalent("app/schemas/item.py", r".* => .*examples=\[\"(XX|desk|DESK).*", PEOPLE),
    Equivalent("app/schemas/page.py", r"T = TypeVar.* => T = TypeVar.*", PEOPLE),
    Equivalent("app/schemas/page.py", r".* => .*split\(None\)", "a cursor holds no other space"),
    Equivalent("app/schemas/token.py", r"grant_type.* => .* = (None|\"XX.*|\"PASS.*)", UNREAD),
    Equivalent("app/schemas/token.py", r".*repr=False.* => .*repr=None.*", FALSE),
    Equivalent(
        "app/schemas/user.py", r".* => .*\"examples\": \[\"XX.*|.* => .*examples=\[\"(XXAnn|ann\"|ANN).*", PEOPLE
    ),
    Equivalent("app/schemas/token.py", r".* => .*examples=\[\"ANN.*", PEOPLE),
    Equivalent("app/schemas/user.py", r".*repr=False.* => .*repr=None.*", FALSE),
    Equivalent(
        "app/schemas/user.py",
        r".* => .*<= 5 \* MAX_LENGTH .*",
        "a longer password has more than 128 characters after its normalization as well",
    ),
    Equivalent("app/sqlite.py", r".* => cursor\.execute\(\"(pragma .*|PRAGMA [A-Z_]+ = .*)\"\).*", SQL),
    Equivalent("app/sqlite.py", r"cursor\.close\(\) => pass", "it is closed when it is collected"),
    Equivalent("app/sqlite.py", r".*synchronous = NORMAL.* => pass.*", "is slower, and as safe"),
    Equivalent("app/models/user.py", r".* => .*datetime\.now\(None\), index=True.*", LOCAL, "postgresql"),
    Equivalent("app/services/auth.py", r".*_lifetime\) => .*datetime\.now\(None\).*", LOCAL, "postgresql"),
    Equivalent("app/postgresql.py", r".* => .*type\(None\)\.__name__.*", PEOPLE),
    Equivalent(
        "app/postgresql.py", r".* => .* or \"XXXX\"\).*", "'XXXX' is not a code of an unavailable database either"
    ),
    Equivalent("app/postgresql.py", r".* => .*dialect\.connect\(dsn=.*", "there are no other arguments"),
    Equivalent("app/models/user.py", r".* => .*ondelete=\"cascade\".*", SQL),
    Equivalent("app/models/user.py", r".* => .*CheckConstraint\((None|\"EMAIL.*\"), name=.*", MIGRATED),
    Equivalent("app/database.py", r".*expire_on_commit=False.* => .*expire_on_commit=None.*", FALSE),
    Equivalent("app/database.py", r".*close_resets_only=False.* => .*close_resets_only=None.*", FALSE),
    Equivalent("app/database.py", r"@cache => ", "reads the migrations again, and finds the same"),
    Equivalent(
        "app/database.py", r"SessionFactory = .* => SessionFactory = None", "a type, which only the type checker reads"
    ),
    Equivalent("app/middleware.py", r'.* => .*get\("CONTENT-LENGTH", ""\).*', HEADERS),
    Equivalent("app/middleware.py", r'.* => \(b"(X-CONTENT-TYPE-OPTIONS|CONTENT-SECURITY-POLICY)", .*', HEADERS),
    Equivalent("app/middleware.py", r'.* => .*hostname or "XXXX".*', "'XXXX' is not an allowed host either"),
    Equivalent("app/middleware.py", r'.* => .*get\("HOST"\)', HEADERS),
    Equivalent("app/middleware.py", r'error = .*code="BAD.* => .*message="(XXT|the|THE).*', PEOPLE),
    Equivalent("app/api/routes/health.py", r'.* => .*get\("root_path", (None|"XXXX")?\).*', "servers always name it"),
    Equivalent(
        "app/middleware.py",
        r'.* => .*(get\("content-length", "XXXX"\).*|else "XXXX")',
        "'XXXX' is not a number either, so there is no length to check",
    ),
    Equivalent("app/middleware.py", r'.* => .*"(X-REQUEST-ID|x-request-id)"\] = new_id', HEADERS),
    Equivalent("app/middleware.py", r'.* => .*get\("X-REQUEST-ID", ""\)', HEADERS),
    Equivalent("app/core/logs.py", r'.* => .*ContextVar\("(XXrequest_idXX|REQUEST_ID)", .*', PEOPLE),
    Equivalent("app/middleware.py", r".*error_response.* => .*\(scope, None, send\)", "a response receives nothing"),
    Equivalent("app/main.py", r"redirect_slashes=False, => redirect_slashes=None,", FALSE),
    Equivalent("app/main.py", r"title=.* => (title=\"(XX|my|MY).*)?", PEOPLE),
    Equivalent("app/main.py", r"description=.* => (description=(None|\"XX|\"a|\"A F).*)?", PEOPLE),
    Equivalent(
        "app/core/config.py",
        r".*FASTAPI_OTEL_AUTO_CONFIGURE.* => .*, \"XXXX\"\)\.lower.*",
        "'XXXX' is not 'true' either",
    ),
    Equivalent("app/main.py", r'.* => if settings\.allowed_hosts != \["XX.*', "the pattern * allows every host"),
    Equivalent("app/main.py", r"allow_headers=.* => .*\"(authorization|AUTHORIZATION|if-match|IF-MATCH)\".*", HEADERS),
    Equivalent("app/main.py", r"allow_headers=.* => .*\"(x-request-id|X-REQUEST-ID)\".*", HEADERS),
    Equivalent(
        "app/core/config.py", r'.*"service\.name=".* => .*, "XXXX"\):', "'XXXX' does not contain 'service.name=' either"
    ),
    Equivalent("app/lifespan.py", r"@asynccontextmanager => ", "Starlette takes a bare generator too"),
)


def is_equivalent(module: str, mutant: Mutant, answers: Answers) -> bool:
    """Return whether a mutant of a project with these answers is one of those that no test can or should kill."""
    return any(equivalent.covers(module, mutant, answers) for equivalent in EQUIVALENTS)
