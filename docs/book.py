"""Binds the book: generates its pages, brings MathJax along, runs Doxygen.  Run by `make docs`, after the tour."""
import re
import shutil
import subprocess
from pathlib import Path

import benchmarks
import contents
import errata
import exercises
import ilsvrc
import networks
from lecture import ROOT

OUT = ROOT / "build" / "docs"
THEME = "doxygen-awesome"
SCRIPTS = {"darkmode-toggle": "DarkModeToggle", "fragment-copy-button": "FragmentCopyButton",
           "paragraph-link": "ParagraphLink"}


def pages():
    """Every generated page."""
    (OUT / "pages").mkdir(parents=True)
    for module in (contents, errata, networks, ilsvrc, benchmarks, exercises):
        for name, text in module.pages().items():
            (OUT / "pages" / name).write_text(text)


def header():
    """Doxygen's own header with the theme's scripts switched on."""
    subprocess.run(["doxygen", "-w", "html", OUT / "header.html", OUT / "footer.html", OUT / "style.css"], check=True,
                   capture_output=True)
    plain = (OUT / "header.html").read_text()
    scripts = "".join(f'<script type="text/javascript" src="$relpath^{THEME}-{file}.js"></script>\n'
                      f'<script type="text/javascript">DoxygenAwesome{name}.init()</script>\n'
                      for file, name in SCRIPTS.items())
    plain = re.sub(r"<html\b(?![^>]*\blang=)", '<html lang="en"', plain)
    (OUT / "header.html").write_text(plain.replace("</head>", scripts + "</head>"))


def other_fonts(folder, names):
    return [name for name in names if folder.endswith("SVG/fonts") and name != "TeX"]


def mathjax():
    """The parts of Debian's MathJax that TeX to SVG needs, so that formulas render without a network."""
    source, target = Path("/usr/share/javascript/mathjax"), OUT / "html" / "mathjax"
    for part in ("MathJax.js", "extensions", "jax/element", "jax/input/TeX", "jax/output/SVG"):
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part, ignore=other_fonts)
        else:
            shutil.copy(source / part, target / part)


def described():
    """Every picture of a page gets its caption as alternative text, and drawings are told from photographs."""
    picture = re.compile(r'<img src="([^"]+)"[^>]*/>(\s*</div>)?(?=\s*<div class="caption">\s*(.*?)</div>)', re.S)

    def with_text(match):
        source, close, caption = match[1], match[2] or "", re.sub(r"<[^>]+>", "", match[3]).strip()
        drawing = source.endswith(".svg") and "<image" not in (OUT / "html" / source).read_text()
        kind = "drawing" if drawing else "photograph"
        return f'<img src="{source}" class="{kind}" alt="{caption.replace(chr(34), "&quot;")}"/>{close}'

    for page in (OUT / "html").glob("*.html"):
        text = page.read_text()
        # An SVG comes as an object, which cannot be coloured from outside and has no text.
        text = re.sub(r'<object type="image/svg\+xml" data="([^"]+)"[^>]*>.*?</object>', r'<img src="\1"/>', text, flags=re.S)
        page.write_text(picture.sub(with_text, text))


shutil.rmtree(OUT, ignore_errors=True)
pages()
header()
done = subprocess.run(["doxygen", "docs/Doxyfile"], cwd=ROOT)
if done.returncode:
    shutil.rmtree(OUT / "html", ignore_errors=True)  # never half a book
    raise SystemExit("the book has a hole: see the warnings above")
mathjax()
described()
print("The book is bound:", (OUT / "html" / "index.html").relative_to(ROOT))
