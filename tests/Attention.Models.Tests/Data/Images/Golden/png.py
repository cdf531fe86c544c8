"""Writes png.txt: a PNG of 9x7 pixels of every colour type, depth and interlacing, in base64, and its pixels as red, green, blue bytes in hexadecimal.

The encoder is this script's own; Pillow decodes each image of 8 bits a sample as a second opinion. Run it in this folder: python3 png.py
"""
import base64
import io
import random
import struct
import zlib

from PIL import Image

WIDTH, HEIGHT = 9, 7
PASSES = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def pack(samples, depth):
    if depth == 16:
        return b"".join(struct.pack(">H", sample) for sample in samples)
    bits = "".join(format(sample, f"0{depth}b") for sample in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def paeth(left, up, corner):
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]


def filtered(line, above, size, kind):
    out = bytearray([kind])
    for i, value in enumerate(line):
        left = line[i - size] if i >= size else 0
        corner = above[i - size] if i >= size else 0
        up = above[i]
        out.append((value - [0, left, up, (left + up) // 2, paeth(left, up, corner)][kind]) % 256)
    return bytes(out)


def encode(pixels, colour, depth, interlaced, palette):
    samples = len(pixels[0][0])
    size = max(1, depth * samples // 8)
    data = b""
    kind = 0
    for row, column, row_step, column_step in PASSES if interlaced else [(0, 0, 1, 1)]:
        if column >= WIDTH:
            continue
        above = None
        for y in range(row, HEIGHT, row_step):
            line = pack([s for x in range(column, WIDTH, column_step) for s in pixels[y][x]], depth)
            data += filtered(line, above or bytes(len(line)), size, kind % 5)
            above = line
            kind += 1
    packed = zlib.compress(data)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, interlaced)) + chunk(b"tEXt", b"Comment\0skip me")
            + (chunk(b"PLTE", palette) if palette else b"") + chunk(b"IDAT", packed[:20]) + chunk(b"IDAT", packed[20:]) + chunk(b"IEND", b""))


def main():
    draw = random.Random(7)
    with open("png.txt", "w", encoding="ascii", newline="\n") as out:
        for colour, samples, depths in [(0, 1, (1, 2, 4, 8, 16)), (2, 3, (8, 16)), (3, 1, (1, 2, 4, 8)), (4, 2, (8, 16)), (6, 4, (8, 16))]:
            for depth in depths:
                for interlaced in (0, 1):
                    pixels = [[[draw.randrange(1 << depth) for _ in range(samples)] for _ in range(WIDTH)] for _ in range(HEIGHT)]
                    palette = bytes(draw.randrange(256) for _ in range(3 << depth)) if colour == 3 else b""
                    eight = lambda s: s >> 8 if depth == 16 else s * 255 // ((1 << depth) - 1)
                    expected = bytearray()
                    for row in pixels:
                        for pixel in row:
                            if colour == 3:
                                expected += palette[3 * pixel[0]:3 * pixel[0] + 3]
                            elif colour in (2, 6):
                                expected += bytes(eight(s) for s in pixel[:3])
                            else:
                                expected += bytes([eight(pixel[0])] * 3)
                    image = encode(pixels, colour, depth, interlaced, palette)
                    if depth == 8:
                        opened = Image.open(io.BytesIO(image))
                        if opened.mode in ("RGBA", "LA"):
                            opened = opened.convert("RGBA")
                            opened.putalpha(255)
                        assert opened.convert("RGB").tobytes() == bytes(expected), (colour, depth, interlaced)
                    out.write(f"{colour} {depth} {interlaced} {base64.b64encode(image).decode()} {expected.hex()}\n")


main()
