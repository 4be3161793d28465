"""Images: decoded once to check that they are valid, and converted if models do not accept their format."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from agentex_web.files.kinds import MODEL_IMAGES
from agentex_web.files.result import TOO_MUCH, Limits, Unreadable

JPEG_QUALITY = 90


def checked_image(content_type: str, body: bytes, limits: Limits) -> tuple[str, bytes]:
    """Returns the content type and bytes of an image that models accept; unchanged if ``body`` is one.

    Raises:
        Unreadable: the image is damaged or has too many pixels.
    """
    if content_type == "image/heic":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    # Pillow's own limit only warns, and raises at twice that; ours is checked before decoding.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(body))
            if image.width * image.height > limits.pixels:
                raise Unreadable(
                    f"The image has {image.width:,} × {image.height:,} pixels; "
                    f"the limit is {limits.pixels // 1_000_000} million."
                )
            image.load()
            if content_type in MODEL_IMAGES:
                return content_type, body
            kind, converted = _converted(image)
            if len(converted) > limits.converted_bytes:
                raise Unreadable(TOO_MUCH)
            return kind, converted
    except Unreadable:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        MemoryError,
        ArithmeticError,
    ) as error:
        if isinstance(error, MemoryError):
            raise Unreadable(TOO_MUCH) from error
        raise Unreadable("The image is damaged.") from error


def _converted(image: Image.Image) -> tuple[str, bytes]:
    out = BytesIO()
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("RGBA", "LA", "P", "PA"):
        upright.convert("RGBA").save(out, "PNG")
        return "image/png", out.getvalue()
    upright.convert("RGB").save(out, "JPEG", quality=JPEG_QUALITY)
    return "image/jpeg", out.getvalue()
