"""Doors for programs: health, metrics, files, call-backs. Each checks its caller itself."""
