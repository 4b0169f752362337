"""The page of errata: errata.txt with each erratum's tests beside it."""
import re

from lecture import ROOT, chapters, sentence, tests

FIELDS = {"says": "The slide says:", "true": "What holds:", "shown": "How to see it:"}


def entries():
    """(number, slide, chapter, {says, true, shown}) for each paragraph of errata.txt."""
    for paragraph in (ROOT / "docs" / "errata.txt").read_text().split("\n\n"):
        lines = [line for line in paragraph.splitlines() if line and not line.startswith("#")]
        if lines:
            number, slide, chapter = lines[0].split()
            fields = re.findall(r"^(says|true|shown): (.*(?:\n +.*)*)", "\n".join(lines[1:]), re.M)
            yield number, slide, chapter, {key: " ".join(value.split()) for key, value in fields}


def numbers(name):
    """The errata that a test's name carries, in brackets: a bare S2 is a layer of LeNet-5."""
    return re.findall(r"[EHAS]\d+", " ".join(re.findall(r"\(([EHAS]\d+(?: (?:and )?[EHAS]\d+)*)\)", name)))


def pages():
    built, everything = [chapter.id for chapter in chapters()], tests()
    known, text = set(), (ROOT / "docs" / "errata_head.md").read_text()
    for number, slide, chapter, say in entries():
        known.add(number)
        proofs = [test for test in everything if number in numbers(test.name)]
        if chapter in built and not proofs:
            raise SystemExit(f"errata: {chapter} is built, but no test's name carries {number}")
        text += f"\n## {number}, slide {slide} {{#erratum_{number}}}\n\n"
        text += "".join(f"**{title}** {say[key]}\n\n" for key, title in FIELDS.items())
        where = f"In @ref {chapter} these tests show it:" if chapter in built else \
            "These tests show it:" if proofs else "Its chapter is still to be written."
        text += where + "\n\n" + "".join(f"- {sentence(test)}\n" for test in proofs)
    for test in everything:
        for number in numbers(test.name):
            if number not in known:
                raise SystemExit(f"errata: '{test.name}' names {number}, which docs/errata.txt does not have")
    return {"errata.md": text}
