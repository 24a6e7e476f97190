"""docs/checkpoint.md in Python: model.bin and run.json.

SPDX-License-Identifier: MIT
"""
import json
import zlib


def checkpoint(game):
    o, n, sums = game.o, game.samples_in_epoch(), game.sums()
    channels, height, width = game.data.shape
    position = {"channels": channels, "height": height, "width": width, "samples": n,
                "data_crc32": game.data.fingerprint(), "epoch": game.epochs, "step": 0}
    if game.level:
        position["augment_level"] = game.level
    strings = {"crc32": "00000000", "format": "gan checkpoint 2", **o, **position}
    members = ['"__metadata__":{' + ",".join(f'"{k}":"{v}"' for k, v in strings.items()) + "}"]
    data = bytes(len(sums) * 8)
    members.append(f'"metrics.sums":{{"dtype":"F64","shape":[{len(sums)}],"data_offsets":[0,{len(data)}]}}')
    parts = [("generator", game.g)] + [("generator_ema", game.g)] * game.averaged
    parts += [("discriminator", game.d)] if game.judges else []
    steps = game.epochs * game.steps
    for which, net in parts:
        for layer in net.layers:
            if any(name == "running_mean" for name, _ in layer.tensors()[1]):
                members.append(f'"{which}.{layer.index}.num_batches_tracked":{{"dtype":"I64",'
                               f'"shape":[],"data_offsets":[{len(data)},{len(data) + 8}]}}')
                batches = game.updates_before(steps) // game.k * (2 * game.k + 1) if which == "discriminator" else steps * game.k
                data += batches.to_bytes(8, "little")
    for which, net in parts:
        blocks = [("", 0, net.params()), ("", 1, net.buffers()), (".exp_avg", 0, net.m),
                  (".exp_avg_sq", 0, net.v)]
        if which == "generator_ema":
            blocks = [("", 0, net.average[0]), ("", 1, net.average[1])]
        for suffix, kind, block in blocks:
            at = 0
            for layer in net.layers:
                for name, p in layer.tensors()[kind]:
                    shape = ",".join(str(size) for size in p.shape)
                    full = f"{'optimizer.' if suffix else ''}{which}.{layer.index}.{name}{suffix}"
                    offsets = f"[{len(data)},{len(data) + 4 * p.size}]"
                    members.append(f'"{full}":{{"dtype":"F32","shape":[{shape}],'
                                   f'"data_offsets":{offsets}}}')
                    data += block[at:at + p.size].astype("<f4").tobytes()
                    at += p.size
    header = ("{" + ",".join(members) + "}").encode()
    header += b" " * (-(8 + len(header)) % 64)
    file = bytearray(len(header).to_bytes(8, "little") + header + data)
    file[34:42] = f"{zlib.crc32(file):08x}".encode()
    return bytes(file)


RUN_DEFAULTS = {"size": "0", "fit": "crop", "channels": "auto", "background": "white", "hold-out": "0",
                "skip-bad": "false", "epochs": "500", "checkpoint-every": "1", "keep-every": "0",
                "picture-every": "1", "eval-every": "0", "log": "none",
                "report": "false"}


def run_json(o, data, given):
    """o: the options of the metadata; data: --data; given: other options of the run."""
    members = {**o, "data": data, **{name: given.get(name, value)
                                     for name, value in RUN_DEFAULTS.items()}}
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
