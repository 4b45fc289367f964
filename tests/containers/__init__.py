"""Tests of the images and compose files of rendered projects, with Podman."""
