"""Draw an uploaded picture anew: upright, without the place and device in its EXIF, and nothing hanging on to it.

The library is imported with the first picture: every start and command would wait for it.
"""

from __future__ import annotations

import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.files.problems import ContentMismatch, FileDamaged, ImageTooLarge

if TYPE_CHECKING:
    from PIL import Image

MAX_IMAGE_PIXELS = 50_000_000
MEGA = 1_000_000
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
# A picture takes some 200 MB while it is unpacked: one at a time, or a worker's memory is gone.
_one_at_a_time = threading.Lock()


def redraw(path: Path, media_type: str) -> tuple[int, int]:
    """Replace a picture by its clean copy and return (width, height).

    Raises ImageTooLarge before anything is unpacked, ContentMismatch or FileDamaged.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    kind = FORMATS[media_type]
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=[kind]) as picture:
                if picture.width * picture.height > MAX_IMAGE_PIXELS:
                    raise ImageTooLarge(most=MAX_IMAGE_PIXELS // MEGA)
                upright = ImageOps.exif_transpose(picture)
                clean = _clean(upright, kind)
        except Image.DecompressionBombError:
            raise ImageTooLarge(most=MAX_IMAGE_PIXELS // MEGA) from None
        except UnidentifiedImageError:
            raise ContentMismatch() from None
        except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError):
            raise FileDamaged() from None
        options = {"quality": 90} if kind in ("JPEG", "WEBP") else {}
        clean.save(path, format=kind, exif=b"", **options)
        return clean.size


def _clean(picture: Image.Image, kind: str) -> Image.Image:
    """Copy the pixels alone: texts, profiles and thumbnails stay behind."""
    mode = "RGB" if kind == "JPEG" or picture.mode not in ("L", "LA", "RGBA", "P", "PA") else picture.mode
    if mode in ("P", "PA"):
        mode = "RGBA" if "transparency" in picture.info or mode == "PA" else "RGB"
    clean = picture.convert(mode)
    if clean is picture:
        clean = picture.copy()
    clean.info = {}
    return clean
