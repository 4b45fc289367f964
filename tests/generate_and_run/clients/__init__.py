"""Programs that use a client which was generated from a service's OpenAPI document. They run beside it."""
