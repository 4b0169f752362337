"""Prints every test that doctest has and ctest does not run, or runs by a filter matching another number of tests."""
import json
import re
import subprocess


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def count(*command):
    return int(re.search(r"filters: (\d+)", output(*command, "--count", "--no-version"))[1])


listed = json.loads(output("ctest", "--test-dir", "build", "--show-only=json-v1"))["tests"]
for test in listed:
    if "command" not in test:
        print(f"{test['name']}: not built")
    elif (matched := count(*test["command"])) != 1:
        print(f"{test['name']}: its filter matches {matched} tests")
for binary in ("cnn_tests", "cnn_gradients"):
    ours = [t for t in listed if t.get("command", [""])[0].endswith("/" + binary)]
    if (has := count(f"build/{binary}")) != len(ours):
        print(f"build/{binary} has {has} tests, ctest runs {len(ours)}")
