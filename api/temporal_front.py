"""The Temporal Web UI under the codec server's own address, for staff who are logged in.

A browser sends a login only to the address it belongs to, unless the page asks for more; the UI of the
development server can't be told to ask. Seen through this front, the UI and its codec endpoint share
one address, so nobody has to click anything, and the UI, which has no login of its own, has one.
"""

import httpx2
from fastapi import Request, Response

# The session is ours and stays here; the UI gets no more than it needs to work.
ASKED = ("accept", "accept-language", "content-type", "if-none-match", "x-csrf-token", "caller-type")
ANSWERED = ("content-type", "cache-control", "etag", "location", "content-security-policy", "vary")
CSRF_COOKIE = "_csrf"
TIMEOUT_SECONDS = 60.0


class Front:
    """Passes requests on to the UI at `url`."""

    def __init__(self, url: str, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._client = httpx2.AsyncClient(
            base_url=url, timeout=TIMEOUT_SECONDS, transport=transport, trust_env=False
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def fetch(self, request: Request) -> Response:
        """The UI's answer to this request."""
        headers = {name: request.headers[name] for name in ASKED if name in request.headers}
        if token := request.cookies.get(CSRF_COOKIE):
            headers["cookie"] = f"{CSRF_COOKIE}={token}"
        url = self._client.base_url.copy_with(raw_path=_target(request))
        try:
            answer = await self._client.request(
                request.method, url, content=await request.body(), headers=headers
            )
        except httpx2.TransportError:
            return Response("The Temporal Web UI does not answer at TEMPORAL_UI_URL.", 502)
        return _handed_on(answer)


def _target(request: Request) -> bytes:
    # As it came, not as it reads: an escaped slash in a workflow id must stay escaped.
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return path + (b"?" + query if query else b"")


def _handed_on(answer: httpx2.Response) -> Response:
    headers = {name: answer.headers[name] for name in ANSWERED if name in answer.headers}
    response = Response(answer.content, answer.status_code, headers)
    for cookie in answer.headers.get_list("set-cookie"):
        if cookie.startswith(f"{CSRF_COOKIE}="):
            response.headers.append("set-cookie", cookie)
    return response
