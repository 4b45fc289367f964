"""The image and the compose file of rendered projects, built and run by Podman as an orchestrator would."""
