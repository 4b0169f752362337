"""Doxygen's filter for Markdown: labels that Doxygen can bear, and under a chapter the way to its neighbours."""
import re
import sys
from pathlib import Path

from lecture import chapters

page = Path(sys.argv[1])
text = page.read_text()
ids = [chapter.id for chapter in chapters()]
if page.name == "chapter.md" and page.parent.name in ids:
    here = ids.index(page.parent.name)
    before = f"@ref {ids[here - 1]}" if here > 0 else '@ref index "Receptive"'
    after = f"@ref {ids[here + 1]}" if here + 1 < len(ids) else "@ref coverage"
    text = f"# {ids[here][:2]} " + text.removeprefix("# ")
    text += f'\n<div class="neighbours"><span>&larr; {before}</span><span>{after} &rarr;</span></div>\n'
# A box of code names the file that it is cut from.
text = re.sub(r"^(@snippet (\S+) \S+)$", r'<div class="from">\2</div>\n\n\1', text, flags=re.M)
# Doxygen loses the end of an emphasis that holds a link, so a paragraph in italics says so in HTML.
text = re.sub(r"^\*(?![*\s])((?:[^*\n]|\n(?!\n))+)\*$", r"<em>\1</em>", text, flags=re.M)
# A label must not begin with a digit: 03_padding is chapter_03_padding inside Doxygen.
print(re.sub(r"(\{#|@(?:sub)?(?:page|ref) )(\d\d_)", r"\1chapter_\2", text))
