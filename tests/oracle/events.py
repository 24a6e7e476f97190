#!/usr/bin/env python3
"""The log for TensorBoard, read by the specifications of its parts, without any package.

    tests/oracle/events.py RUN...

RUN is the folder of a run with `--log tensorboard` (and with --picture-every 1). events.out.tfevents is a row of
TFRecords, each with its length and its masked CRC-32C (RFC 3720), of messages of Protocol Buffers (event.proto,
summary.proto). The first one is the version; then comes each epoch from 0, with every number of its row in
metrics.csv as a float32 and with its two pictures, byte for byte.

Exit codes: 0 all fits, 1 something does not.

SPDX-License-Identifier: MIT
"""
import csv
import os
import struct
import sys
import time

sys.dont_write_bytecode = True
from containers import read_message


def masked_crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    crc ^= 0xffffffff
    return ((crc >> 15 | crc << 17) + 0xa282ead8) & 0xffffffff


def read_records(path):
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        length, of_length = struct.unpack_from("<QI", data, at)
        assert of_length == masked_crc32c(data[at:at + 8])
        record, at = data[at + 12:at + 12 + length], at + 16 + length
        assert len(record) == length and struct.unpack_from("<I", data, at - 4) == (masked_crc32c(record),)
        yield read_message(record)


def check_event(run, epoch, event, row):
    wall_time, = struct.unpack("<d", event[1][0])
    assert abs(wall_time - time.time()) < 3600 and event[2] == [epoch]
    numbers, pictures = {}, {}
    for value in map(read_message, read_message(event[5][0])[1]):
        tag = value[1][0].decode()
        if 2 in value:
            numbers[tag.removeprefix("metrics/")] = value[2][0]
        else:
            pictures[tag] = read_message(value[4][0])
    expected = {key: struct.pack("<f", float(cell)) for key, cell in row.items() if key != "epoch" and cell}
    assert numbers == expected, (numbers, expected)
    assert set(pictures) == {"samples/epoch", "samples/random"}
    for tag, picture in pictures.items():
        with open(f"{run}/{tag}-{epoch:04}.png", "rb") as file:
            png = file.read()
        width, height, _, kind = struct.unpack(">IIBB", png[16:26])
        assert picture == {1: [height], 2: [width], 3: [{0: 1, 2: 3}[kind]], 4: [png]}, tag


def main(runs):
    for run in runs:
        with open(f"{run}/metrics.csv", newline="") as file:
            rows = [{}] + list(csv.DictReader(file))
        version, *events = read_records(f"{run}/events.out.tfevents")
        assert version[3] == [b"brain.Event:2"] and set(version) == {1, 3}
        assert len(events) == len(rows) and not os.path.exists(f"{run}/samples/epoch-{len(rows):04}.png")
        for epoch, (event, row) in enumerate(zip(events, rows)):
            check_event(run, epoch, event, row)
        print(f"{run}: {len(events)} epochs")


if __name__ == "__main__":
    main(sys.argv[1:])
