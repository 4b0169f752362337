"""All chapters' exercises on one page, each with the test that solves it."""
import re

from lecture import chapters, sentence, tests


def of(chapter):
    """The numbered list under '## Exercises', each item on one line."""
    section = chapter.text.partition("\n## Exercises\n")[2].partition("\n## ")[0]
    items = re.findall(r"^\d+\. +(.*(?:\n(?!\d+\. |\n).+)*)", section, re.M)
    return [" ".join(item.split()) for item in items]


def answer(solved):
    """Folded, so that nobody reads it by accident."""
    return ("   <details><summary>Solved by</summary>" + "<br>".join(sentence(test) for test in solved) +
            "</details>\n")


def pages():
    everything = tests()
    text = ("# Exercises {#exercises}\n\nEach exercise is solved by a test: read the question, write your answer, then "
            "look.  `make test-NN` runs the tests of a chapter.\n\n")
    for chapter in chapters():
        text += f"## {chapter.number} {chapter.title} {{#exercises_{chapter.number}}}\n\nFrom @ref {chapter.id}.\n\n"
        for i, item in enumerate(of(chapter), 1):
            solved = [t for t in everything if t.name.startswith(f"exercise {chapter.number}.{i}:")]
            if not solved:
                raise SystemExit(f"exercises: no test is named 'exercise {chapter.number}.{i}: ...'")
            text += f"{i}. {item}\n" + answer(solved)
        text += "\n"
    return {"exercises.md": text}
