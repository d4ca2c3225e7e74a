"""Every refusal of the interface in one form: a code for programs, a Czech message for people."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

Code = Literal[
    "malformed",
    "unauthorized",
    "not_found",
    "method_not_allowed",
    "too_large",
    "unsupported_media_type",
    "invalid",
    "too_many_requests",
    "failed",
    "not_ready",
    "busy",
    "timeout",
]


class Detail(BaseModel):
    """What is wrong with one field of a request."""

    field: str = Field(description="Cesta k poli, části oddělené tečkou, například history.0.role.")
    message: str = Field(description="Co je na poli špatně.")


class Problem(BaseModel):
    """Why a request was refused."""

    code: Code = Field(description="Stálý kód chyby pro strojové zpracování.")
    message: str = Field(description="Co se stalo a co s tím; text lze ukázat uživateli.")
    details: list[Detail] = Field(description="Chybná pole žádosti; jinak prázdný seznam.", max_length=100)


class Failure(BaseModel):
    """The one form of all errors."""

    error: Problem


class ApiError(HTTPException):
    """A refusal that says all that its reader gets to know."""

    def __init__(
        self,
        status: int,
        code: Code,
        message: str,
        details: Sequence[Detail] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, message, headers)
        self.failure = Failure(error=Problem(code=code, message=message, details=list(details)))


def refused(request: Request, error: Exception) -> Response:
    """Answer a refusal, of the interface or of the router, in the one form of errors."""
    if isinstance(error, ApiError):
        return _response(error)
    headers = error.headers if isinstance(error, HTTPException) else None
    if isinstance(error, HTTPException) and error.status_code == 405:
        allowed = (headers or {}).get("Allow", "")
        message = f"Takto se tato adresa volat nedá. Použijte metodu {allowed}."
        return _response(ApiError(405, "method_not_allowed", message, headers=headers))
    return _response(not_found())


def not_found() -> ApiError:
    return ApiError(404, "not_found", "Taková adresa tu není. Seznam adres je v dokumentu /api/openapi.json.")


def busy(seconds: int) -> ApiError:
    return ApiError(
        503,
        "busy",
        "Právě se odpovídá na příliš mnoho dotazů. Zkuste to za chvíli znovu.",
        headers={"Retry-After": str(seconds)},
    )


def too_slow() -> ApiError:
    return ApiError(504, "timeout", "Odpověď se nepodařilo připravit včas. Zkuste to znovu, případně dotaz zkraťte.")


def not_ready(reason: str) -> ApiError:
    """Say that there is nothing to answer from; `reason` is a Czech message of an expected error."""
    return ApiError(503, "not_ready", reason, headers={"Retry-After": "10"})


def failed() -> ApiError:
    return ApiError(500, "failed", "Žádost se nepodařilo zpracovat. Zkuste to znovu; podrobnosti má správce v záznamu.")


def _response(error: ApiError) -> Response:
    return Response(
        error.failure.model_dump_json(), error.status_code, headers=error.headers, media_type="application/json"
    )
