#!/usr/bin/env python3
"""Prints WordNet's glosses as lines 'word: definition.', and its usage examples as sentences.

Usage: wordnet_lines.py FOLDER (the one with data.noun, data.verb, data.adj and data.adv)"""
import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[1])
for part in ("noun", "verb", "adj", "adv"):
    for line in (folder / f"data.{part}").read_text(encoding="ascii").splitlines():
        if line.startswith("  ") or " | " not in line:
            continue
        fields, gloss = line.split(" | ", 1)
        word = re.sub(r"\([a-z]+\)$", "", fields.split(" ")[4]).replace("_", " ")
        examples = re.findall(r'"([^"]+)"', gloss)
        definition = re.sub(r'[;:]?\s*"[^"]*"[^;]*', "", gloss).strip(" ;")
        if len(definition.split()) >= 4:
            print(f"{word}: {definition}.")
        for example in examples:
            words = example.split()
            if len(words) >= 5:
                print(example[0].upper() + example[1:] + ("" if example[-1] in ".!?" else "."))
