"""Which services keep files, who may ask for links, and what buckets are called."""

from skafu.blueprint import read, resolve
from skafu.blueprint.files import any_files
from skafu.blueprint.resolved import ResolvedService
from skafu.generation.file_view import files_view

BLUEPRINT = """
skafu: 1
name: snaps
auth: {{roles: [member, guest]}}
services:
  - name: albums
    value_types: [{{name: Photo, fields: {{title: text, image: {kind}}}}}]
    aggregates:
      - name: Album
        fields: {{photos: list of Photo}}
        commands:
          - name: OpenAlbum
            creates: true
            roles: [{roles}]
            fields: {{photos: list of Photo}}
            emits: [AlbumOpened]
        events: [{{name: AlbumOpened, fields: {{photos: list of Photo}}}}]
    queries:
      - {{name: AlbumById, http: GET /albums/:album_id, roles: [guest], from: [AlbumOpened], returns: one}}
"""


def albums(kind: str = "file", roles: str = "member") -> ResolvedService:
    """A service whose command takes a list of records."""
    (service,) = resolve(read(BLUEPRINT.format(kind=kind, roles=roles).encode()).blueprint).services
    return service


def test_files_in_value_types_are_files() -> None:
    files = files_view(albums())
    assert files["kept"]
    assert files["upload"]["route"] == {"method": "POST", "path": "/albums/files"}
    assert files["upload"]["roles"] == ["member"]
    assert files["download"]["route"] == {"method": "GET", "path": "/albums/files/{file_id}"}
    assert files["download"]["roles"] == ["guest", "member"]


def test_a_service_without_files_keeps_none() -> None:
    assert files_view(albums("url")) == {"kept": False, "upload": None, "download": None, "routes": []}


def test_functions_have_one_right_on_the_files_alone() -> None:
    rights = [one["function"]["rights"] for one in files_view(albums())["routes"]]
    assert [(one["action"], one["resource"]) for (one,) in rights] == [
        ("s3:PutObject", "!Sub ${Files.Arn}/files/*"),
        ("s3:GetObject", "!Sub ${Files.Arn}/files/*"),
    ]


def test_a_system_has_files_when_a_service_has() -> None:
    text = BLUEPRINT.format(kind="file", roles="member")
    assert any_files(resolve(read(text.encode()).blueprint))
