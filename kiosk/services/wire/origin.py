"""Where a service is: scheme, host and port, and nothing else."""

from urllib.parse import urlsplit


def origin(text: str) -> str:
    """Return an HTTP origin without blanks and a last slash. Raises ValueError; quotes nothing."""
    stripped = text.strip()
    # urlsplit drops tabs and newlines, and takes any other character for part of a host.
    if not stripped.isascii() or not stripped.isprintable() or " " in stripped:
        raise ValueError("must look like http://127.0.0.1:8081")
    try:
        parts = urlsplit(stripped)
        has_port = parts.port != 0
    except ValueError:
        raise ValueError("must look like http://127.0.0.1:8081") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not has_port:
        raise ValueError("must look like http://127.0.0.1:8081")
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be scheme, host and port only")
    return stripped.rstrip("/")
