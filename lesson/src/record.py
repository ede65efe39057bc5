"""Runs an original and prints what it answers, as JSON.

Each statement that is nothing but an expression is a question: its source is the name, its value the answer. An exception
is an answer, too. The other statements are run.
"""

import ast
import importlib.metadata
import json
import os
import sys
import warnings

import numpy as np


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
        return json.dumps(element.decode("latin-1"))
    if element is None:
        return "None"
    return json.dumps(str(element), ensure_ascii=False)


def answer(value):
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
