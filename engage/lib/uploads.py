"""What becomes of files in a form."""

from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest


class NoFiles(FileUploadHandler):
    """Pages take no files: what a stranger sends is read past, and neither the memory nor the disk sees it. Pages
    that take a file say so themselves (engage.dashboard.imports.uploading, engage.dashboard.designs.uploading)."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing comes here."""

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None


class Bounded(FileUploadHandler):
    """Into memory, and no more than `most` bytes of it."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > self._most:
            raise StopUpload(connection_reset=True)
        self._parts.append(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        return UploadedFile(BytesIO(b"".join(self._parts)), self.file_name, self.content_type, file_size)
