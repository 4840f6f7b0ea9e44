"""What can go wrong above the kernel, with the HTTP status that tells the client."""


class DockerError(Exception):
    """The daemon cannot do what was asked."""

    status = 500


class NotFoundError(DockerError):
    """No such image or container."""

    status = 404


class NotModifiedError(DockerError):
    """It is so already; the client takes it for done."""

    status = 304


class UsageError(DockerError):
    """The request makes no sense."""

    status = 400


class ConflictError(DockerError):
    """Somebody else has what is asked for."""

    status = 409
