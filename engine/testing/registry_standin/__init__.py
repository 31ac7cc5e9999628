"""A loopback stand-in for a registry, its documentation, a network mirror and OpenTofu's release page."""

from engine.testing.registry_standin.faults import PRIVATE_ADDRESSES, Fault, Trouble
from engine.testing.registry_standin.serving import Asked
from engine.testing.registry_standin.standin import RegistryStandIn
from engine.testing.registry_standin.tunnel import TunnelStandIn

__all__ = ["PRIVATE_ADDRESSES", "Asked", "Fault", "RegistryStandIn", "Trouble", "TunnelStandIn"]
