"""Puts a SEI with CEA-608 captions (ATSC A/53, part 4) into each access unit of h264-bframes.h264."""

TEXT = [(0x14, 0x20)] * 2 + [(0x14, 0x70)] * 2 + [(0x53, 0x4C), (0x55, 0x49), (0x43, 0x45)] + [(0x14, 0x2F)] * 2


def odd(octet):
    return octet if bin(octet).count("1") % 2 else octet | 0x80


def sei(index):
    first, second = TEXT[index] if index < len(TEXT) else (0, 0)
    pairs = bytes([0xFC, odd(first), odd(second), 0xFD, 0x80, 0x80])
    payload = bytes([0xB5, 0, 0x31]) + b"GA94" + bytes([3, 0xC2, 0xFF]) + pairs + b"\xff"
    return b"\0\0\0\1" + bytes([6, 4, len(payload)]) + payload + b"\x80"


DELIMITER = b"\0\0\0\1\x09"
head, *units = open("h264-bframes.h264", "rb").read().split(DELIMITER)
with open("h264-captions.h264", "wb") as out:
    out.write(head)
    for number, unit in enumerate(units):
        out.write(DELIMITER + unit[:1] + sei(number) + unit[1:])
