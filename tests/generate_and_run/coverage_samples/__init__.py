"""Sample code and tests that are added to rendered projects to check the reported coverage."""
