"""Streamlit reads the metadata of every installed package whenever a page begins, for components: here once a process is enough."""

from functools import cache

from streamlit.components.v2 import manifest_scanner


def look_once() -> None:
    """From now on the packages of this process, and of those that it forks, count as known."""
    if not hasattr(manifest_scanner.scan_component_manifests, "cache_info"):
        manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
        manifest_scanner.scan_component_manifests()
