"""Fuzzing of rendered services: all responses conform to the OpenAPI document."""
