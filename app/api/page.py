"""The page at `/` to try the service, served from files of ours only."""

from importlib.resources import files

from fastapi import APIRouter, Response

from app.errors import UnknownRoute

router = APIRouter(include_in_schema=False)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_MEDIA_TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
_FILES = {
    file.name: (file.read_bytes(), _MEDIA_TYPES[file.name.rsplit(".", 1)[-1]])
    for file in files("app").joinpath("web").iterdir()
    if file.name.rsplit(".", 1)[-1] in _MEDIA_TYPES
}


@router.get("/")
async def show_page() -> Response:
    return _file("index.html")


@router.get("/web/{name}")
async def send_file(name: str) -> Response:
    return _file(name)


def _file(name: str) -> Response:
    if name not in _FILES:
        raise UnknownRoute("See /docs for what there is.")
    content, media_type = _FILES[name]
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return Response(content, media_type=media_type, headers=headers)
