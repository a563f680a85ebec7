"""The public API, version 1: the routers of its parts, one way to authenticate, one shape of errors."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from hamdel.api import cases, contacts, customers, exchange, feedback, metrics, results, segments, surveys
from hamdel.api.auth import Token
from hamdel.api.errors import teach_errors
from hamdel.api.once import HEADER, LONGEST

DESCRIPTION = """\
Scores, customers, surveys and cases of one workspace: that of the token's member.

Send `Authorization: Bearer hmd_…` with every request; a member with the right to manage the workspace issues tokens.
Errors are `{"code", "message"}`; codes are for programs and stay as they are. Lists are `{"items", "next"}`: hand
`next` on as `cursor` until it is null. Moments are ISO 8601 in UTC. Messages and labels are in English, or in Persian
with `Accept-Language: fa`. A POST with an `Idempotency-Key` may be sent again for a day: it has its effect once and gets the
first answer again, marked `Idempotent-Replayed: true`. Events come in at `/v1/track` and its like, with a write key instead of a token.
"""

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "Any name of this request, new for each one. Sent again with it, the request has no second effect.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": f"^[!-~]{{1,{LONGEST}}}$"},
}


class Api(NinjaAPI):
    """An API whose operations are called as their functions are: `get_customer`, `post_survey`."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the document. Every POST takes the key by which it may be sent again."""
        schema = super().get_openapi_schema(**options)
        for path in schema["paths"].values():
            if "post" in path:
                path["post"]["parameters"] = [*path["post"].get("parameters", []), IDEMPOTENCY_KEY]
                path["post"]["responses"][422] = {
                    **path["post"]["responses"][409],
                    "description": "Key reused",
                }
        return schema


# No page of its own for documentation: the usual ones come from elsewhere, and nothing here may need the internet.
api = Api(
    title="Hamdel", version="1", description=DESCRIPTION, auth=Token(), docs_url=None, urls_namespace="api-1"
)
api.add_router("/metrics", metrics.router)
api.add_router("/customers", customers.router)
api.add_router("/surveys/import", exchange.router)
api.add_router("/surveys", surveys.router)
api.add_router("/surveys", results.router)
api.add_router("/cases", cases.router)
api.add_router("/contact-gate", contacts.router)
api.add_router("/feedback", feedback.router)
api.add_router("/segments", segments.router)
teach_errors(api)
