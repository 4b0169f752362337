"""The tables that lead through the book: the lecture's slides with their chapters, and each slide's tests."""
import re

from lecture import ROOT, chapters, sentence, slides, tests


def of_chapters(built):
    return "\n".join(f"- @subpage {chapter.id}" for chapter in built)


def of_slides(built):
    rows = ["| slide | what it is about | chapters |", "| --- | --- | --- |"]
    for slide, title, ids in slides():
        there = [f"@ref {id}" for id in ids if id in built]
        rows.append(f"| @ref {anchor(slide)} \"{slide}\" | {title} | {', '.join(there) or '&ndash;'} |")
    return "\n".join(rows)


def anchor(slide):
    return slide.replace("-", "_")


def coverage(built):
    """Every slide with the sentences that its tests prove; a slide whose chapter is built must have some."""
    everything, parts = tests(), []
    for slide, title, ids in slides():
        proofs = [test for test in everything if re.match(rf"{slide}\b", test.name)]
        there = [id for id in ids if id in built]
        if there and not proofs:
            raise SystemExit(f"coverage: {there[0]} teaches {slide}, but no test's name begins with it")
        parts.append(f"## {slide} {title} {{#{anchor(slide)}}}\n")
        parts.append("Taught in " + ", ".join(f"@ref {id}" for id in there) + ".\n" if there else
                     "Its chapter is still to be written.\n")
        parts.append("".join(f"- {sentence(test)}\n" for test in proofs))
    return "\n".join(parts)


def pages():
    built = chapters()
    ids = [chapter.id for chapter in built]
    head = ("# The slides and their proofs {#coverage}\n\nEach sentence below is the name of a test, and `make test` "
            "runs it. What a slide prints is asked of both implementations. To run the proof of one slide: "
            "`make test-s-06`.\n\n")
    main = (ROOT / "docs" / "mainpage.md").read_text()
    main = main.replace("@chapters", of_chapters(built)).replace("@slides", of_slides(ids))
    return {"mainpage.md": main, "coverage.md": head + coverage(ids)}
