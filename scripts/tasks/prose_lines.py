#!/usr/bin/env python3
"""Prints the sentences of running text in HTML or Mallard pages, one a line: paragraphs alone, no headings, lists of commands or code.

Usage: prose_lines.py FILE…"""
import html
import re
import sys

SKIPPED = re.compile(r"<(script|style|pre|code|screen|programlisting|head|title)\b.*?</\1>", re.S | re.I)
PARAGRAPH = re.compile(r"<(p|div)\b(?: class=\"para\")?>(.*?)</\1>", re.S | re.I)
END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'])")

for name in sys.argv[1:]:
    with open(name, encoding="utf-8", errors="ignore") as file:
        text = SKIPPED.sub(" ", file.read())
    for _, paragraph in PARAGRAPH.findall(text):
        paragraph = html.unescape(re.sub(r"<[^>]+>", "", paragraph))
        for sentence in END.split(re.sub(r"\s+", " ", paragraph).strip()):
            if 6 <= len(sentence.split()) and sentence[-1:] in ".!?" and not re.search(r"[<>{}|\\]|https?:|\$ ", sentence):
                print(sentence)
