"""Programs that use a client generated from the OpenAPI document of a service."""
