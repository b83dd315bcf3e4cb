"""Errors that are expected: each has an HTTP status and a sentence that tells a person what to do."""


class CareError(Exception):
    """An expected refusal. `message` is shown to people as it stands; `status` is the HTTP status it becomes."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFoundError(CareError):
    """What was asked for does not exist, or is outside what the viewer may see (the two look alike on purpose)."""

    status = 404


class ForbiddenError(CareError):
    """The viewer is known, but may not do this."""

    status = 403


class UnauthenticatedError(CareError):
    """Nobody is signed in, or the credentials are wrong."""

    status = 401


class ConflictError(CareError):
    """Somebody else was first, or the thing has changed since it was read."""

    status = 409


class InvalidError(CareError):
    """The input cannot be used; the sentence names what is wrong with it."""

    status = 422


class TooLargeError(CareError):
    """The input is over its size limit."""

    status = 413


class UnavailableError(CareError):
    """The service cannot take this now; trying again later is right."""

    status = 503


class ConfigurationError(CareError):
    """A setting is missing or unsafe; the sentence says what to set."""

    status = 500
