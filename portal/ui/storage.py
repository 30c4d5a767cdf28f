"""Static files with hashed names, compressed once when they are collected."""

from __future__ import annotations

from typing import ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage

Patterns = tuple[tuple[str, tuple[object, ...]], ...]


def without_source_maps(patterns: Patterns) -> Patterns:
    """Return a storage's rewriting patterns without those that follow ``sourceMappingURL``."""
    kept = [(glob, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule))) for glob, rules in patterns]
    return tuple((glob, rules) for glob, rules in kept if rules)


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # the package has no types
    """WhiteNoise's storage, which would otherwise refuse a style sheet that names a source map left out of the collection."""

    patterns: ClassVar[Patterns] = without_source_maps(CompressedManifestStaticFilesStorage.patterns)
