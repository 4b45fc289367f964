"""Contract fuzzing: whatever is sent to a rendered service, it answers as its OpenAPI document says."""
