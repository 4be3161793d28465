"""Tests in this folder need no service: neither the stack nor a port."""

from tests.support.no_services import no_ports, running_stack  # noqa: F401  (fixtures)
