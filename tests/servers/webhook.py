"""A receiver of anybody's webhooks."""

from dataclasses import dataclass, field

from servers.http import Request, Response


@dataclass
class Webhook:
    """A handler for `HttpServer` that takes all."""

    requests: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        return Response()
