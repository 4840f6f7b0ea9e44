"""Messages of the daemon while a job runs: JSON objects, one after the other."""

import json


def format_status(id_: str, text: str) -> bytes:
    """Write a message that stays."""
    return _line({"id": id_, "status": text})


def format_progress(id_: str, action: str, current: int = 0, total: int = 0) -> bytes:
    """Write a message that replaces the last one of the same id."""
    detail = {"current": current, "total": total} if current else {}
    return _line({"id": id_, "status": action, "progressDetail": detail})


def format_error(error: Exception) -> bytes:
    """Write what went wrong: it is too late for a status of HTTP."""
    return _line({"errorDetail": {"message": str(error)}, "error": str(error)})


def _line(message: dict[str, object]) -> bytes:
    known = {key: value for key, value in message.items() if value != ""}
    return f"{json.dumps(known)}\r\n".encode()
