"""Compares exported runs with their tables: read-export.py RUNS EVENTS JSONL

Every value of the event files, as TensorBoard's reader gives it, and every line of JSON. Each value must be
there, and no other.
"""

import csv
import gzip
import json
import math
import pathlib
import struct
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader


def table(run, name):
    """The rows of a table, which is packed where it is large."""
    for path, opened in ((run / f"{name}.csv", open), (run / f"{name}.csv.gz", gzip.open)):
        if path.exists():
            with opened(path, "rt", newline="", encoding="utf-8") as file:
                return list(csv.DictReader(file))
    return []


def single(value):
    """A number in single precision; infinite where it is too large for that."""
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def logarithm(value):
    if value == 0:
        return -math.inf
    return value if math.isnan(value) or math.isinf(value) else math.log10(value)


def expected(run):
    """The scalars that a run should have: by tags, pairs of step and value."""
    layers = json.loads((run / "run.json").read_text(encoding="utf-8"))["layers"]
    width = len(str(max(layer["index"] for layer in layers)))
    scalars = {}

    def add(tag, row, value):
        if value != "":
            scalars.setdefault(tag, []).append((int(row["step"]), float(value)))

    for row in table(run, "steps"):
        for column in ("loss", "error", "learning_rate"):
            add(f"training/{column}", row, row[column])
    for row in table(run, "evaluations"):
        for column in ("epoch", "training_error", "evaluation_error"):
            add(f"evaluation/{column}", row, row[column])

    def name(row):
        shortcut = " (shortcut)" if row["path"] == "shortcut" else ""
        return f"{int(row['layer_index']):0{width}} {row['layer']}{shortcut}"

    for row in table(run, "gradients"):
        if row["l2"] != "":
            prefix = "" if row["kind"] == "weight" else "output_"
            add(f"{prefix}gradient_l2/{name(row)}", row, row["l2"])
            add(f"{prefix}gradient_log10_l2/{name(row)}", row, logarithm(float(row["l2"])))
        if row["kind"] == "weight":
            add(f"update_ratio/{name(row)}", row, row["update_ratio"])
    for row in table(run, "responses"):
        add(f"response_deviation/{name(row)}", row, row["deviation"])
    return scalars, [name(layer | {"layer_index": layer["index"], "layer": layer["name"]}) for layer in layers]


def agree(found, value):
    value = single(value)
    if math.isnan(value) or math.isinf(value):
        return math.isnan(found) == math.isnan(value) and (math.isnan(value) or found == value)
    return abs(found - value) <= 2e-7 * abs(value) + 1e-45


def compare_events(run, folder):
    scalars, names = expected(run)
    accumulator = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    accumulator.Reload()
    (file,) = folder.iterdir()
    loaded = [event for event in EventFileLoader(str(file)).Load() if event.HasField("summary")]
    assert [event.step for event in loaded] == sorted(event.step for event in loaded)
    tags = accumulator.Tags()
    found = set(tags["scalars"]) | set(tags["tensors"])
    assert found == set(scalars), sorted(found ^ set(scalars))[:5]
    count = 0
    for tag, pairs in scalars.items():
        values = read(accumulator, tag)
        assert [step for step, _ in values] == [step for step, _ in pairs], tag
        for (step, value), (_, number) in zip(values, pairs):
            assert agree(value, number), (tag, step, value, number)
            count += 1
    # The order of the alphabet is that of the layers.
    tagged = [f"gradient_l2/{each}" for each in names]
    assert sorted(tagged, key=lambda tag: tag.split(" ")[0]) == tagged
    return count


def read(accumulator, tag):
    """Newer readers turn scalars into tensors as they load them."""
    if tag in accumulator.Tags()["scalars"]:
        return [(each.step, each.value) for each in accumulator.Scalars(tag)]
    return [(each.step, each.tensor_proto.float_val[0]) for each in accumulator.Tensors(tag)]


def compare_lines(runs, path):
    """Every row of every table, in order, and nothing else."""
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line, parse_constant=lambda word: 1 / 0) for line in file]
    place = 0
    for run in runs:
        for name in ("steps", "evaluations", "gradients", "responses", "blocks"):
            for row in table(run, name):
                line = lines[place]
                place += 1
                assert line.pop("run") == run.name and line.pop("table") == name
                assert list(line) == list(row), (list(line), list(row))
                for key, field in row.items():
                    value = line[key]
                    if field == "":
                        assert value is None, (run.name, name, key)
                    elif isinstance(value, str):
                        assert value == field
                    elif isinstance(value, bool):
                        assert field == str(value).lower()
                    else:
                        assert value == float(field) and math.isfinite(value)
    assert place == len(lines), (place, len(lines))
    return place


def main():
    source, events, lines = map(pathlib.Path, sys.argv[1:])
    # In the order in which they were exported.
    names = []
    with open(lines, encoding="utf-8") as file:
        for line in file:
            name = json.loads(line)["run"]
            if name not in names:
                names.append(name)
    assert {each.name for each in events.iterdir()} == set(names)
    for name in names:
        count = compare_events(source / name, events / name)
        print(f"{name}: {count} scalars as TensorBoard reads them", flush=True)
    print(f"{compare_lines([source / name for name in names], lines)} lines of JSON")


if __name__ == "__main__":
    main()
