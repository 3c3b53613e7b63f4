"""Kinds of files that people take for pictures and that are not read, and what to do with them."""

SUFFIXES = (".heic", ".heif", ".avif", ".pdf", ".svg", ".jxl")  # by which they are called
_LOOKED_AT = 1000  # bytes, in which an SVG has its first element
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF = (b"avif", b"avis")


def foreign(content: bytes) -> str:
    """What a file is by its first bytes, and what to do with it; "" for what is not known."""
    if content[4:8] == b"ftyp":  # ISO 14496-12, the container of HEIC, AVIF and MP4
        brand = content[8:12]
        if brand in _HEIC:
            return (
                "is a HEIC, as iPhones take them. Save it as JPEG or PNG, or set the camera's "
                "format to the most compatible one"
            )
        if brand in _AVIF:
            return "is an AVIF. Save it as JPEG or PNG"
        return "is a video, or a camera's raw format. Save what matters as JPEG or PNG"
    if content.startswith(b"%PDF"):
        return "is a PDF. Save the page as JPEG or PNG (a screenshot will do)"
    if content.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL ")):
        return "is a JPEG XL. Save it as JPEG or PNG"
    if b"<svg" in content[:_LOOKED_AT].lower():
        return "is an SVG, which is drawn by commands. Save it as PNG"
    return ""
