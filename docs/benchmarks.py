"""The page of benchmarks: the tables that `make bench` left in build/bench, or how to make them."""
from lecture import ROOT

HEAD = """# Benchmarks {#benchmarks}

`make bench` runs naive, optimized and the peers side by side on one machine and writes a table a chapter. The last column
that matters is the share of the machine's own ceiling, measured in the same run: a figure without its ceiling says little.

"""


def pages():
    tables = sorted((ROOT / "build" / "bench").glob("*.md"))
    body = "\n".join(table.read_text().replace("# ", "## ", 1) for table in tables)
    return {"benchmarks.md": HEAD + (body or "No tables here yet: run `make bench`, then `make docs` again.\n")}
