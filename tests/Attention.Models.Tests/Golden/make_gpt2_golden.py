"""Writes gpt2-tokens.json: texts with the ids that GPT-2's published vocabulary gives them.

Usage: python3 make_gpt2_golden.py FOLDER, where FOLDER holds encoder.json and vocab.bpe as published
with GPT-2 (vocab.json and merges.txt elsewhere). Needs the module regex (Debian: python3-regex).

The golden file holds the texts, their ids, and the part of the vocabulary that can play a role in them:
the single bytes, and each merge whose result occurs in a word of the texts, in the published order.
The whole vocabulary gives these texts the same ids as this part of it: a merge that is left out makes
a piece that is in none of their words. The ids come from the algorithm as the paper has it, pair by
pair, on the whole vocabulary; it shares nothing with the C# code that is held to them.
"""

import json
import pathlib
import sys

import regex

PATTERN = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
TEXTS = [
    "Hello world",
    "Hello, world!",
    "The cat sat on the mat.",
    "I love programming; don't you? We'll see what they've done, I'd say it's fine.",
    "Attention is all you need (Vaswani et al., 2017).",
    "  two spaces,\n\n\ttabs and\r\nlines  ",
    "3.14159 20240 1,000,000 ½ Ⅳ",
    "antidisestablishmentarianism SolidGoldMagikarp aaaaaaaaaaaaaaaaaaaaaaaaa",
    "naïve café cafe\u0301 Straße",
    "猫坐在垫子上。",
    "Emoji: 👍🏽 👩‍👩‍👧‍👦 🇩🇪!",
    "for (int i = 0; i < n; i++) { sum += x[i]; } // done --->",
    "<|endoftext|>",
    "a\0b\u00a0c\u3000d\u200be",
    "",
]


def alphabet():
    own = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    letters = {byte: chr(byte) for byte in own}
    for byte in range(256):
        letters.setdefault(byte, chr(0x100 + len(letters) - len(own)))
    return letters


def merge(pieces, ranks):
    while len(pieces) > 1:
        best = min(zip(pieces, pieces[1:]), key=lambda pair: ranks.get(pair, len(ranks)))
        if best not in ranks:
            break
        merged, at = [], 0
        while at < len(pieces):
            joins = tuple(pieces[at:at + 2]) == best
            merged.append("".join(best) if joins else pieces[at])
            at += 2 if joins else 1
        pieces = merged
    return pieces


def main(folder):
    vocabulary = json.loads((folder / "encoder.json").read_text("utf-8"))
    lines = (folder / "vocab.bpe").read_text("utf-8").split("\n")[1:-1]
    ranks = {tuple(line.split(" ")): rank for rank, line in enumerate(lines)}
    letters = alphabet()
    words, cases = set(), []
    for text in TEXTS:
        spelled = ["".join(letters[byte] for byte in word.encode("utf-8")) for word in PATTERN.findall(text)]
        words.update(spelled)
        cases.append({"text": text, "ids": [vocabulary[piece] for word in spelled for piece in merge(list(word), ranks)]})
    kept = [pair for pair in ranks if any("".join(pair) in word for word in words)]
    tokens = sorted({*letters.values(), *("".join(pair) for pair in kept), "<|endoftext|>"}, key=vocabulary.get)
    golden = {
        "source": "GPT-2's encoder.json and vocab.bpe (Radford et al. 2019, MIT licence); see make_gpt2_golden.py",
        "cases": cases,
        "vocabulary": {token: vocabulary[token] for token in tokens},
        "merges": [" ".join(pair) for pair in kept],
    }
    pathlib.Path(__file__).with_name("gpt2-tokens.json").write_text(json.dumps(golden, indent=0) + "\n")


main(pathlib.Path(sys.argv[1]))
