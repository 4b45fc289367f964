"""Faults of users: their e-mail addresses and their passwords."""

from tests.faults.catalogue.files import (
    PASSWORDS,
    USER_MIGRATION,
    USER_MODEL,
    USER_REPOSITORY,
    USER_SCHEMAS,
    USER_SERVICE,
)
from tests.faults.changes import Change
from tests.faults.planting import Fault

PASSWORD_RULES = {
    "an upper-case letter": ("str.isupper", "nouppercasepass1!"),
    "a lower-case letter": ("str.islower", "NOLOWERCASE1!"),
    "a digit": ("str.isdecimal", "NoDigitsHere!"),
    "a special character": ("lambda character: not character.isalnum() and not character.isspace()", "NoSpecialChar1"),
}

ACCOUNTS = (
    Fault(
        "the password is stored unhashed",
        Change(
            PASSWORDS, "hash_password", "await to_thread.run_sync(password_hash.hash, normalize(password))", "password"
        ),
        detected_by="test_register_stores_a_hash_and_not_the_password",
    ),
    Fault(
        "a response shows the hash of the password",
        Change(USER_SCHEMAS, "UserRead", "email: str", "email: str\nhashed_password: str"),
        detected_by="test_register_returns_the_user_without_the_password_or_its_hash",
    ),
    Fault(
        "an unknown address is answered differently from a wrong password",
        Change(
            USER_SERVICE,
            "authenticate",
            "hashed_password = user.hashed_password if user else None",
            """
            if user is None:
                raise NotFoundError
            hashed_password = user.hashed_password
            """,
            imports="from app.core.exceptions import NotFoundError",
        ),
        detected_by="test_login_invalid_credentials[unknown address",
    ),
    Fault(
        "the address is stored as it was typed",
        Change(USER_SCHEMAS, "Email", "Annotated[EmailStr, AfterValidator(lower)]", "EmailStr"),
        detected_by="test_email_validation[Mixed.Case@Example.COM",
    ),
    Fault(
        "the address is looked up as it was typed",
        Change(USER_REPOSITORY, "get_by_email", "normalize_email(email)", "email"),
        detected_by="test_get_user_by_email[TEST@Example.com",
    ),
    Fault(
        "only the case of an address is normalized when it is looked up",
        Change(USER_SCHEMAS, "normalize_email", "lower(validate_email(address)[1])", "address.lower()"),
        detected_by="test_login_accepts_the_credentials_as_they_were_registered[IDNA",
    ),
    Fault(
        "an address in lower case is not normalized",
        Change(USER_SCHEMAS, "lower", 'unicodedata.normalize("NFC", address.lower())', "address.lower()"),
        detected_by="test_an_address_is_normalized[NFC in lower case only",
    ),
    Fault(
        "a password is hashed as it was typed",
        Change(PASSWORDS, "hash_password", "normalize(password)", "password"),
        detected_by="test_a_password_matches_in_every_unicode_form[NFD first",
    ),
    Fault(
        "a password is verified as it was typed",
        Change(PASSWORDS, "verify_password", "normalize(password)", "password"),
        detected_by="test_a_password_matches_in_every_unicode_form[NFC first",
    ),
    Fault(
        "an accent counts as a character of a password",
        Change(USER_SCHEMAS, "Password", "BeforeValidator(normalize_password)", ""),
        detected_by="test_password_validation[Na",
    ),
    Fault(
        "the database compares addresses with their case",
        Change(
            USER_MODEL, "User.__table_args__", 'CheckConstraint("email = lower(email)", name="email_lower_case")', ""
        ),
        Change(
            USER_MIGRATION,
            "upgrade",
            'sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower_case"))',
            "",
        ),
        detected_by="test_the_database_refuses_an_address_that_is_not_in_lower_case",
    ),
    Fault(
        "the database takes an address twice",
        Change(USER_MODEL, "User.email", "unique=True", ""),
        Change(USER_MIGRATION, "upgrade", 'sa.UniqueConstraint("email", name=op.f("uq_users_email"))', ""),
        detected_by="test_a_taken_address_is_a_conflict_and_keeps_the_transaction",
    ),
    Fault(
        "the sessions of a deleted user stay",
        Change(USER_MODEL, "RefreshToken.user_id", 'ondelete="CASCADE"', ""),
        Change(USER_MIGRATION, "upgrade", 'ondelete="CASCADE"', ""),
        detected_by="test_the_sessions_of_a_deleted_user_are_deleted",
    ),
    *(
        Fault(
            f"a password without {kind} is accepted",
            Change(USER_SCHEMAS, "PASSWORD_RULES", rule, "bool"),
            detected_by=f"test_password_validation[{case}",
        )
        for kind, (rule, case) in PASSWORD_RULES.items()
    ),
    Fault(
        "a short password is accepted",
        Change(USER_SCHEMAS, "Password", "min_length=10", ""),
        detected_by="test_password_validation[short1A!",
    ),
)
