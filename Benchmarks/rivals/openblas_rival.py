"""OpenBLAS's side of the matrix benchmark: the same products by the sgemm that numpy carries.

Arguments: the number of threads, then shapes as TOKENSxOUTPUTSxINPUTSxTIMES. Prints "ready", then answers each line of
standard input with one line of JSON, the seconds that all products took.
"""
import json
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = sys.argv[1]
import numpy  # noqa: E402  (reads the variable when it is loaded)


def operands(shape):
    tokens, outputs, inputs, times = map(int, shape.split("x"))
    random = numpy.random.default_rng(1)
    left = random.uniform(-1, 1, (tokens, inputs)).astype(numpy.float32)
    weights = random.uniform(-1, 1, (outputs, inputs)).astype(numpy.float32)
    return left, weights.T, numpy.empty((tokens, outputs), numpy.float32), times


def run(products):
    start = time.perf_counter()
    for left, right, output, times in products:
        for _ in range(times):
            numpy.matmul(left, right, out=output)
    return time.perf_counter() - start


def main():
    blas = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    if "openblas" not in blas:
        sys.exit(f"this numpy multiplies by {blas}, not by OpenBLAS")
    products = [operands(shape) for shape in sys.argv[2:]]
    run(products)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps({"seconds": run(products)}), flush=True)


main()
