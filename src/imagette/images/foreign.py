"""Kinds of files that are not read although people take them for pictures, and what to do."""

SUFFIXES = (".heic", ".heif", ".avif", ".pdf", ".svg", ".jxl")  # of the names of such files
_LOOKED_AT = 1000  # bytes at the start, in which an SVG must have its first element
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_OWN = _HEIC[:-2]  # the last two are also AVIF's
_AVIF = (b"avif", b"avis")


def foreign(content: bytes) -> str:
    """What a file is by its first bytes, and what to do with it; "" if that is not known."""
    start = content[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "is a page of the web. Open it, and give the address or the file of its picture"
    if content[4:8] == b"ftyp":  # ISO 14496-12, the container of HEIC, AVIF and MP4
        brand, compatible = content[8:12], content[16:64]
        if brand in _AVIF or (brand not in _OWN and any(name in compatible for name in _AVIF)):
            return "is an AVIF. Save it as JPEG or PNG"
        if brand in _HEIC:
            return (
                "is a HEIC, as iPhones take them. Save it as JPEG or PNG, or set the camera's "
                "format to the most compatible one"
            )
        return "is a video, or a camera's raw format. Save what matters as JPEG or PNG"
    if content.startswith(b"%PDF"):
        return "is a PDF. Save the page as JPEG or PNG (a screenshot will do)"
    if content.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL ")):
        return "is a JPEG XL. Save it as JPEG or PNG"
    if start.startswith(b"<") and b"<svg" in start:
        return "is an SVG, which is drawn by commands. Save it as PNG"
    return ""
