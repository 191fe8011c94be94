"""What becomes of files in a form."""

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class NoFiles(FileUploadHandler):
    """Pages take no files: what a stranger sends is read past, and neither the memory nor the disk sees it. The one
    page that takes a file says so itself (engage.dashboard.imports.uploading)."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Nothing comes here."""

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None
