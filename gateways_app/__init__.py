"""Mapping and routing gateways."""
