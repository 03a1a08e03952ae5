"""Slack's side of its protocol: incoming webhooks and chat.postMessage, as they check and answer."""

import json
from dataclasses import dataclass, field
from typing import Any

from servers.http import Request, Response


@dataclass(frozen=True)
class Post:
    """A message that Slack took: where to, and what it shows there."""

    place: str
    payload: dict[str, Any]

    @property
    def text(self) -> str:
        """All that would be read, in Slack's markup."""
        parts = [self.payload.get("text", "")]
        for attachment in self.payload.get("attachments", ()):
            parts += [attachment.get("title", ""), attachment.get("text", "")]
            parts += [block["text"]["text"] for block in attachment.get("blocks", ()) if "text" in block]
        return "\n".join(part for part in parts if part)


@dataclass
class Slack:
    """A handler for `HttpServer`, or for any server that can give it a request."""

    posts: list[Post] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        try:
            payload = request.json()
        except ValueError:
            return Response(400, b"invalid_payload")
        if request.path.startswith("/api/chat.postMessage"):
            return self._post_message(request, payload)
        if request.path.startswith("/services/") and request.path.count("/") == 4:
            return self._webhook(request, payload)
        return Response(404, b"no_service")

    def _webhook(self, request: Request, payload: dict[str, Any]) -> Response:
        if not Post("", payload).text:
            return Response(400, b"no_text")
        self.posts.append(Post(payload.get("channel", request.path), payload))
        return Response(200, b"ok")

    def _post_message(self, request: Request, payload: dict[str, Any]) -> Response:
        if not request.headers.get("authorization", "").startswith("Bearer xox"):
            return _json({"ok": False, "error": "not_authed"})
        if "channel" not in payload:
            return _json({"ok": False, "error": "channel_not_found"})
        self.posts.append(Post(payload["channel"], payload))
        stamp = f"{1_700_000_000 + len(self.posts)}.000100"
        return _json({"ok": True, "channel": "C0123456789", "ts": stamp, "message": payload})


def _json(answer: dict[str, Any]) -> Response:
    return Response(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})
