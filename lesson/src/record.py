"""Runs an original and prints what it answers, as JSON.

Each statement that is nothing but an expression is a question: its source is the name, its value the answer. An exception
is an answer, too. The other statements are run.
"""

import ast
import datetime
import decimal
import importlib.metadata
import json
import os
import re
import sys
import warnings

import numpy as np

try:
    import pandas as pd
except ImportError:
    pd = None


def number(element):
    """The shortest text that is read back as the same number, written as Rust's Debug writes it."""
    size = abs(element)
    if 0 < size < 1e-4 or 1e16 <= size < np.inf:
        return np.format_float_scientific(element, trim="-", exp_digits=1).replace("e+", "e")
    return np.format_float_positional(element, trim="0")


def token(element):
    """One element as text: equal text is an equal value."""
    if isinstance(element, (bool, np.bool_)):
        return str(bool(element))
    if isinstance(element, (int, np.integer)):
        return str(int(element))
    if isinstance(element, (float, np.floating)):
        return number(element if isinstance(element, np.floating) else np.float64(element))
    if isinstance(element, (complex, np.complexfloating)):
        imaginary = token(element.imag)
        return token(element.real) + (imaginary if imaginary.startswith("-") else "+" + imaginary) + "j"
    if isinstance(element, bytes):
        return json.dumps(element.decode("latin-1"), ensure_ascii=False)
    if element is None:
        return "None"
    return json.dumps(str(element), ensure_ascii=False)


def missing(element):
    return element is None or element is pd.NA or element is pd.NaT


def cell(element):
    """One cell of a table. Nested ones are written without blanks, which stand between cells."""
    if missing(element):
        return "null"
    if isinstance(element, (list, tuple, np.ndarray)):
        return "[" + ",".join(cell(inner) for inner in element) + "]"
    if isinstance(element, dict):
        return "{" + ",".join(json.dumps(key) + ":" + cell(inner) for key, inner in element.items()) + "}"
    if isinstance(element, datetime.time):
        return element.isoformat()
    if isinstance(element, (pd.Timedelta, datetime.timedelta)):
        return str(pd.Timedelta(element).as_unit("ns").value)
    if isinstance(element, (pd.Timestamp, datetime.datetime)):
        return moment(pd.Timestamp(element))
    if isinstance(element, datetime.date):
        return element.isoformat()
    if isinstance(element, decimal.Decimal):
        return str(element)
    return token(element)


def moment(time):
    """ISO 8601, with as many digits for what is below a second as are needed: none, 3, 6 or 9."""
    text = time.strftime("%Y-%m-%dT%H:%M:%S")
    below = f"{time.microsecond * 1000 + time.nanosecond:09d}"
    while below.endswith("000"):
        below = below[:-3]
    text += f".{below}" if below else ""
    return text + (time.isoformat()[-6:] if time.tzinfo else "")


def kind_of(column):
    """The name of a column's dtype. What holds missing values in a mask or in Arrow is named as what does not."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return "category"
    if isinstance(dtype, pd.StringDtype):
        return "str"
    if isinstance(dtype, pd.ArrowDtype):
        return ARROW.get(name := str(dtype.pyarrow_dtype).partition("[")[0].partition("<")[0].partition("(")[0], name)
    if dtype == object:
        # pandas has no dtype for these.
        kinds = {OBJECTS.get(type(element), "object") for element in column if not missing(element)}
        return kinds.pop() if len(kinds) == 1 else "object"
    name = str(dtype)
    if name == "boolean":
        return "bool"
    return name.lower() if re.fullmatch("(Int|UInt|Float)[0-9]+", name) else name


OBJECTS = {
    bytes: "bytes",
    datetime.date: "date",
    datetime.time: "time",
    decimal.Decimal: "decimal",
    dict: "struct",
    list: "list",
    np.ndarray: "list",
}
ARROW = {
    "double": "float64",
    "float": "float32",
    "string": "str",
    "large_string": "str",
    "date32": "date",
    "time64": "time",
    "decimal128": "decimal",
    "dictionary": "category",
    "large_list": "list",
}


def cells(column):
    """A column's cells. In a column of NumPy's floats NaN is how pandas says that there is nothing."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind == "f":
        return " ".join("null" if np.isnan(element) else token(element) for element in column.to_numpy())
    nothing = column.isna() if not isinstance(column.dtype, (pd.ArrowDtype, pd.Float64Dtype)) else [False] * len(column)
    return " ".join("null" if empty else cell(element) for element, empty in zip(column, nothing))


def labels(index):
    """The columns that an index amounts to: none, where it is of whole numbers without a name."""
    if index.nlevels == 1 and index.name is None and pd.api.types.is_integer_dtype(index.dtype):
        return []
    unnamed = ["index"] if index.nlevels == 1 else [f"level_{level}" for level in range(index.nlevels)]
    return [
        (unnamed[level] if name is None else name, index.get_level_values(level).to_series())
        for level, name in enumerate(index.names)
    ]


def label(name):
    """The name of a column: the parts of a hierarchical one with a line between them."""
    return "_".join(str(part) for part in name) if isinstance(name, tuple) else str(name)


def table(value):
    """A Series or DataFrame: its dtypes and, column by column, its cells. The index comes first, as columns."""
    rows = labels(value.index)
    if isinstance(value, pd.Series) and not rows:
        name = {} if value.name is None else {"column": str(value.name)}
        return {"dtype": kind_of(value), "shape": f"({len(value)},)", **name, "value": cells(value)}
    if isinstance(value, pd.Series):
        columns = rows + [("" if value.name is None else label(value.name), value)]
    else:
        columns = rows + [(label(name), value.iloc[:, at]) for at, name in enumerate(value.columns)]
    names = [name for name, _ in columns]
    if len(set(names)) < len(names):
        raise ValueError(f"a name twice: {names}")
    return {
        "dtype": ", ".join(f"{name}: {kind_of(column)}" for name, column in columns),
        "shape": f"({len(value)}, {len(columns)})",
        **{f"[{name}]": cells(column) for name, column in columns},
    }


def answer(value):
    if pd is not None:
        if isinstance(value, (pd.Series, pd.DataFrame)):
            return table(value)
        if isinstance(value, pd.Index):
            return table(value.to_frame(index=False)) if value.nlevels > 1 else table(pd.Series(value, name=None))
        if isinstance(value, pd.api.extensions.ExtensionArray):
            return table(pd.Series(value))
        if missing(value):
            return {"dtype": "None"}
        if isinstance(value, pd.Timestamp):
            zone = f", {value.tz}" if value.tz else ""
            return {"dtype": f"datetime64[{value.unit}{zone}]", "shape": "()", "value": moment(value)}
        if isinstance(value, pd.Timedelta):
            return {"dtype": f"timedelta64[{value.unit}]", "shape": "()", "value": cell(value)}
        if type(value) in OBJECTS and not isinstance(value, (list, np.ndarray)):
            return {"dtype": OBJECTS[type(value)], "shape": "()", "value": cell(value)}
        if type(value).__module__.startswith("xarray"):
            axes = {f"[{axis}]": cells(value.indexes[axis].to_series()) for axis in value.dims if axis in value.indexes}
            return {**answer(value.to_numpy()), "dims": " ".join(map(str, value.dims)), **axes}
    if value is None:
        return {"dtype": "None"}
    array = np.asarray(value)
    kind = array.dtype
    if kind.names:
        rows = [" ".join(token(field) for field in row) for row in array.ravel().tolist()]
        return {"dtype": str(kind), "shape": str(array.shape), "value": " ".join(rows)}
    return {
        "dtype": {"U": "str", "T": "str", "S": "bytes"}.get(kind.kind, str(kind)),
        "shape": str(array.shape),
        "value": " ".join(token(element) for element in array.ravel()),
    }


def main(path):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    tree = ast.parse(source, path)
    scope = {"__name__": "__main__", "__file__": path}
    packages, answers = set(), []
    for index, node in enumerate(tree.body):
        if isinstance(node, ast.Import):
            packages.update(alias.name.split(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            packages.add(node.module.split(".")[0])
        docstring = index == 0 and ast.get_docstring(tree) is not None
        if not isinstance(node, ast.Expr) or docstring:
            exec(compile(ast.Module([node], []), path, "exec"), scope)
            continue
        name = " ".join(ast.get_source_segment(source, node).split())
        if any(name == other["name"] for other in answers):
            sys.exit(f"{path}:{node.lineno}: {name} was asked before")
        try:
            found = answer(eval(compile(ast.Expression(node.value), path, "eval"), scope))
        except Exception as error:
            found = {"error": f"{type(error).__name__}: {error}"}
        answers.append({"name": name, **found})
    versions = []
    for package in sorted(packages - set(sys.stdlib_module_names)):
        versions.append(f"{package} {importlib.metadata.version(package)}")
    return {"peer": ", ".join(versions), "answers": answers}


warnings.simplefilter("ignore")
os.chdir(os.path.dirname(sys.argv[1]))
# What a library prints, as LAPACK does, is no part of the recording.
with open(os.dup(1), "w", encoding="utf-8") as recording:
    os.dup2(2, 1)
    json.dump(main(sys.argv[1]), recording, ensure_ascii=False)
