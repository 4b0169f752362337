"""What the pages are generated from: chapters, slides, and the tests that the program itself lists."""
import csv
import re
import subprocess
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Chapter(NamedTuple):
    id: str  # 03_padding: folder and page
    title: str

    @property
    def number(self):
        return self.id[:2]

    @property
    def text(self):
        return (ROOT / "chapters" / self.id / "chapter.md").read_text()


class Test(NamedTuple):
    name: str
    chapter: str  # its folder; empty for common's
    who: tuple  # ("naive", "optimized") or more readings, where the test runs on each


def chapters():
    """Those that CMake builds, in the lecture's order."""
    lines = (ROOT / "chapters" / "CMakeLists.txt").read_text()
    found = []
    for id in sorted(re.findall(r"^chapter\((\w+)", lines, re.M)):
        page = ROOT / "chapters" / id / "chapter.md"
        heading = re.match(rf"# (.+?) *{{#{id}}}\n", page.read_text()) if page.exists() else None
        if not heading:
            raise SystemExit(f"{page}: should open with '# Title {{#{id}}}'")
        found.append(Chapter(id, heading[1]))
    return found


def slides():
    """Rows of slides.csv: slide, title, and the chapters that teach it."""
    with open(ROOT / "docs" / "slides.csv", newline="") as file:
        return [(row["slide"], row["title"], row["chapters"].split()) for row in csv.DictReader(file)]


def tests():
    """All tests, a template's instances as one."""
    merged = {}
    for binary in ("cnn_tests", "cnn_gradients"):
        command = [ROOT / "build" / binary, "--list-test-cases", "-r=xml"]
        listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        for case in xml.fromstring(listing).iter("TestCase"):
            name, who = re.fullmatch(r"(.*?)(?:<(\w+)>)?", case.get("name")).groups()
            folder = re.search(r"chapters/(\d\d_\w+)/", case.get("filename"))
            key = (name, folder[1] if folder else "")
            merged.setdefault(key, []).extend([who] if who else [])
    return [Test(name, chapter, tuple(who)) for (name, chapter), who in merged.items()]


def prose(text):
    """A test's name as Markdown that says exactly that."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]#|@$%~])", r"\\\1", text)


def sentence(test):
    return prose(test.name) + (f" <em>({' and '.join(test.who)})</em>" if test.who else "")
