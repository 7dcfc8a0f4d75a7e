"""Benchmarks: each measures Skafu beside a named peer in the same run, and writes its figures down."""
