"""Faults of responses, of what OpenAPI says about them, and of what is logged about requests."""

from tests.faults.catalogue.files import ERRORS, ETAGS, ITEM_SCHEMAS, ITEMS, MAIN, MIDDLEWARE, TYPES
from tests.faults.changes import Change
from tests.faults.planting import Fault

RESPONSES = (
    Fault(
        "a 500 shows the exception",
        Change(ERRORS, "_unexpected_error", '"An unexpected error occurred."', "str(_exc)"),
        detected_by="test_an_unexpected_exception_is_not_shown_to_the_client",
    ),
    Fault(
        "a 500 lacks the envelope",
        Change(ERRORS, "add_error_handlers", "app.exception_handler(Exception)(_unexpected_error)", ""),
        detected_by="test_an_unexpected_exception_is_not_shown_to_the_client",
    ),
    Fault(
        "the response to an unknown route lacks the envelope",
        Change(ERRORS, "add_error_handlers", "app.exception_handler(HTTPException)(_http_exception)", ""),
        detected_by="test_an_unknown_route_is_not_found",
    ),
    Fault(
        "the response to an invalid request lacks the envelope",
        Change(ERRORS, "add_error_handlers", "app.exception_handler(RequestValidationError)(_validation_error)", ""),
        detected_by="test_a_body_that_is_not_json_is_invalid",
    ),
    Fault(
        "the response to a body that is too large lacks the envelope",
        Change(MIDDLEWARE, "ContentLengthMiddleware.__call__", "int(length) > self.max_body_size", "False"),
        detected_by="test_a_body_that_is_too_large_is_refused[Content-Length",
    ),
    Fault(
        "the response to an error of the application lacks the envelope",
        Change(
            ERRORS,
            "_app_error",
            "error_response(exc.status, Error(code=exc.code, message=str(exc)), headers)",
            'JSONResponse({"detail": str(exc)}, exc.status, headers)',
        ),
        detected_by="test_an_app_error_sets_the_status_the_code_and_the_headers",
    ),
    Fault(
        "a validation error repeats the input",
        Change(ERRORS, "_validation_error", 'problem["msg"]', """f"{problem['msg']}: {problem['input']}\""""),
        detected_by="test_a_validation_error_does_not_repeat_the_input",
    ),
    Fault(
        "a collection without its slash is redirected",
        Change(ITEMS, "create_item", '""', '"/elsewhere"'),
        Change(ITEMS, "list_items", '""', '"/elsewhere"'),
        Change(MAIN, "create_app", "redirect_slashes=False", ""),
        detected_by="test_the_trailing_slash_of_a_collection_is_optional",
    ),
    Fault(
        "a price stays as it was sent",
        Change(ITEM_SCHEMAS, "Price", 'AfterValidator(lambda price: abs(price).quantize(Decimal("0.01")))', ""),
        detected_by="test_a_price_has_two_decimal_places_and_no_sign[-0",
    ),
    Fault(
        "a weak entity tag counts as a strong one",
        Change(ETAGS, "check_if_match", "tag.strip()", 'tag.strip().removeprefix("W/")'),
        detected_by="test_an_if_match_of_another_state_is_refused",
    ),
    Fault(
        "an empty If-Match counts as none",
        Change(ETAGS, "check_if_match", "if_match is not None", "if_match"),
        detected_by="test_an_if_match_of_another_state_is_refused",
    ),
    Fault(
        "the entity tag stays when the state changes",
        Change(
            ETAGS,
            "etag",
            """f'"{sha256(representation.model_dump_json().encode()).hexdigest()}"'""",
            """f'"{sha256(representation.model_dump_json(include={"id"}).encode()).hexdigest()}"'""",
        ),
        detected_by="test_a_change_changes_the_etag",
    ),
    Fault(
        "the id of an item may be any text",
        Change(ITEMS, "delete_item", "item_id: UUID", "item_id: str"),
        detected_by="test_the_id_of_an_item_is_documented_as_a_uuid",
    ),
    Fault(
        "a name may hold NUL, which not every database can store",
        Change(TYPES, "ShortText", r'r"^[^\x00]*[^\s\x00][^\x00]*$"', r'r"^[^\x00]*[^\s\x00].*$"'),
        detected_by="test_a_text_that_is_refused_does_not_match_the_documented_pattern",
    ),
    Fault(
        "requests are logged with their path",
        Change(MIDDLEWARE, "RequestMiddleware.__call__", "_route(handled)", 'scope["path"]'),
        detected_by="test_a_request_is_logged_with_its_route_and_without_its_values",
    ),
    Fault(
        "requests are logged with their query string",
        Change(
            MIDDLEWARE,
            "RequestMiddleware.__call__",
            "_route(handled)",
            "f\"{_route(handled)}?{scope['query_string'].decode()}\"",
        ),
        detected_by="test_a_request_is_logged_with_its_route_and_without_its_values",
    ),
    Fault(
        "a malformed Host header counts as the server's own address",
        Change(MIDDLEWARE, "_allows", 'url.netloc == Headers(scope=scope).get("host")', "True"),
        detected_by="test_a_malformed_host_is_refused",
    ),
    Fault(
        "a request that is refused early is not logged",
        Change(MAIN, "build_middleware_stack", "RequestMiddleware(app)", "app"),
        Change(
            MAIN,
            "build_middleware_stack",
            "super().build_middleware_stack()",
            "RequestMiddleware(super().build_middleware_stack())",
        ),
        detected_by="test_a_body_that_is_too_large_is_logged",
    ),
    Fault(
        "a route answers another id than that of the logs",
        Change(
            MIDDLEWARE,
            "send_with_headers",
            'MutableHeaders(scope=message)["X-Request-ID"] = new_id',
            'MutableHeaders(scope=message).setdefault("X-Request-ID", new_id)',
        ),
        detected_by="test_a_route_cannot_change_the_request_id",
    ),
    Fault(
        "a 413 response lacks the CORS headers",
        Change(
            MAIN,
            "build_middleware_stack",
            "ContentLengthMiddleware(super().build_middleware_stack(), settings.max_body_size)",
            "super().build_middleware_stack()",
        ),
        Change(
            MAIN,
            "build_middleware_stack",
            "RequestMiddleware(app)",
            "RequestMiddleware(ContentLengthMiddleware(app, settings.max_body_size))",
        ),
        detected_by="test_an_origin_of_the_settings_may_read_every_response[413",
    ),
    Fault(
        "error responses lack the security headers",
        Change(
            MIDDLEWARE, "send_with_headers", "SECURITY_HEADERS", '(SECURITY_HEADERS if message["status"] < 400 else [])'
        ),
        detected_by="test_every_response_has_security_headers[413",
    ),
)
