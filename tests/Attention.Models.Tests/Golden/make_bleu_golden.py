"""Writes bleu.json: what sacreBLEU says of small corpora, for each of its tokenizers that the library has, each smoothing, corpora and sentences, and chrF with and without words.

Usage: python3 make_bleu_golden.py, with sacreBLEU 2.6.0. The corpora are drawn from words, numbers, marks, symbols and Chinese, with a seed.
"""

import json
import pathlib
import random

import sacrebleu

PARTS = ["the", "cat", "sat", "on", "The", "mat", "don't", "U.S.", "3.14", "1,000", "-", "5%", "$7", "3-4", ".", ",", "!", "\"", "(", ")", "&quot;", "a&amp;b", "猫", "坐在", "垫子", "。", "，",
         "“编程”", "GPT-2", "½", "²", "😀", "€", "—", "é", "e\u0301", "¿qué?", "«oui»", "1.", "2.a", "a.2", "<", "{", "/", "…"]


def sentence(draw, most):
    return "".join(draw.choice(PARTS) + draw.choice(["", " ", " ", " "]) for _ in range(draw.randint(0, most)))


def near(draw, text):
    words = [word for word in text.split(" ") if draw.random() < 0.85]
    return " ".join(draw.choice(PARTS) if draw.random() < 0.15 else word for word in words)


cases = []
for seed in range(24):
    draw = random.Random(seed)
    translations = [sentence(draw, 3 if seed % 4 == 3 else 12) for _ in range(1 + seed % 3)]
    references = [[near(draw, text) for _ in range(1 + seed % 2)] for text in translations]
    streams = [list(stream) for stream in zip(*references)]
    case = {"translations": translations, "references": references, "corpus": {}, "sentences": {}}
    for tokenizer in ["13a", "zh", "intl", "none"]:
        for smoothing in ["exp", "floor", "add-k", "none"]:
            options = dict(tokenize=tokenizer, smooth_method=smoothing)
            bleu = sacrebleu.BLEU(**options).corpus_score(translations, streams)
            case["corpus"][f"{tokenizer} {smoothing}"] = [bleu.score, *bleu.precisions, bleu.bp, bleu.sys_len, bleu.ref_len]
            one = sacrebleu.BLEU(effective_order=True, **options)
            case["sentences"][f"{tokenizer} {smoothing}"] = [one.sentence_score(text, right).score for text, right in zip(translations, references)]
    case["chrf"] = [sacrebleu.CHRF(word_order=words).corpus_score(translations, streams).score for words in (0, 1, 2)]
    cases.append(case)

(pathlib.Path(__file__).parent / "bleu.json").write_text(json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n")
