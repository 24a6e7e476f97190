#!/usr/bin/env python3
"""Exported files, read by the specifications of their containers, without any package.

    tests/oracle/containers.py RUN...

RUN is a folder with a checkpoint of `gan train`, RUN.npz and RUN.onnx what `gan export` made of it. The .npz is a
zip archive of .npy files, the .onnx a message of Protocol Buffers. Their tensors must have the bytes that the
checkpoint has under the same name (a net with batch_norm has other ones: it is folded into weights); the operators of the .npz must fit one another and use every tensor; the nodes of
the .onnx must lead from its inputs to its output, each value computed before it is used. What they compute,
tests/oracle/export compares with the program's samples.

Exit codes: 0 all fits, 1 something does not.

SPDX-License-Identifier: MIT
"""
import ast
import json
import math
import struct
import sys
import zipfile


def read_checkpoint(path):
    """The metadata, and {name: bytes} of the tensors."""
    with open(path, "rb") as file:
        length, = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), file.read()
    about = header.pop("__metadata__")
    return about, {name: data[slice(*t["data_offsets"])] for name, t in header.items()}


def read_npz(path):
    """{name: (type, shape, bytes)}"""
    arrays, archive = {}, zipfile.ZipFile(path)
    assert archive.testzip() is None
    for name in archive.namelist():
        data = archive.read(name)
        assert data[:8] == b"\x93NUMPY\1\0" and name.endswith(".npy"), name
        end = 10 + int.from_bytes(data[8:10], "little")
        assert end % 64 == 0 and data[end - 1:end] == b"\n", name
        head = ast.literal_eval(data[10:end].decode())
        assert head["fortran_order"] is False and len(head) == 3, head
        arrays[name[:-4]] = head["descr"], head["shape"], data[end:]
    return arrays


def text_of(array):
    kind, shape, data = array
    assert kind == f"<U{len(data) // 4}" and shape == (), (kind, shape)
    return data.decode("utf-32le")


def read_message(data):
    """{number of a field: its values} of a message: numbers, or bytes."""
    fields, at = {}, 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte, at = data[at], at + 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = number()
        if key & 7 == 0:
            value = number()
        else:
            size = number() if key & 7 == 2 else {1: 8, 5: 4}[key & 7]
            value, at = data[at:at + size], at + size
            assert len(value) == size
        fields.setdefault(key >> 3, []).append(value)
    return fields


def check_npz(about, saved, arrays):
    assert text_of(arrays["spec"]) == about["generator"]
    assert text_of(arrays["checkpoint"]) == about["crc32"]
    sizes = tuple(int(about.get(key, 1)) for key in ("channels", "height", "width"))
    assert struct.unpack("<3i", arrays["shape"][2]) == sizes
    named, last = set(), None
    results = []  # shapes after each operator
    for o in json.loads(text_of(arrays["operators"])):
        assert last is None or math.prod(o["from"]) == math.prod(last), (o, last)
        if "added" in o:
            before = results[o["added"] - 1] if o["added"] > 0 else [int(about["latent"])]
            assert math.prod(o["beside"]) == math.prod(before), o
        last = o["to"]
        results.append(last)
        named |= {value for value in o.values() if isinstance(value, str) and value.startswith("generator")}
    assert math.prod(last) == math.prod(sizes)
    assert named == {name for name in arrays if name.startswith("generator")}
    for name in named:
        kind, shape, data = arrays[name]
        assert kind == "<f4" and 4 * math.prod(shape) == len(data) and data == saved[name], name
    return named


def strings(values):
    return [value.decode() for value in values]


def check_onnx(saved, named, arrays, model):
    """The numbers of fields are those of onnx.proto."""
    graph = read_message(read_message(model)[7][0])
    known = set(strings(read_message(value)[1][0] for value in graph[11]))
    assert "z" in known
    for tensor in map(read_message, graph[5]):
        name = tensor[8][0].decode()
        known.add(name)
        if name not in named:
            continue
        assert tensor[2] == [1] and tensor[9][0] == saved[name], name
        # A scale of a channel has its axes behind it.
        assert math.prod(tensor[1]) == math.prod(arrays[name][1]), name
    assert named <= known
    for node in map(read_message, graph[1]):
        assert set(strings(node.get(1, []))) - {""} <= known, node
        made = strings(node[2])
        assert not known & set(made), made
        known |= set(made)
    outputs = strings(read_message(value)[1][0] for value in graph[12])
    assert len(outputs) == 1 and outputs[0] in known


def main(runs):
    for run in runs:
        about, saved = read_checkpoint(f"{run}/model.bin")
        arrays = read_npz(f"{run}.npz")
        named = check_npz(about, saved, arrays)
        with open(f"{run}.onnx", "rb") as file:
            check_onnx(saved, named, arrays, file.read())
        print(f"{run}: {len(named)} tensors")


if __name__ == "__main__":
    main(sys.argv[1:])
