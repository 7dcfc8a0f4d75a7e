"""Contents in a folder: one file each, under a folder for each tenant."""

from skafu.storage.adapters.folder.blobs import FolderBlobs

__all__ = ["FolderBlobs"]
