"""Writes nltk-stems.json and nltk-words.json: what NLTK makes of words and sentences.

Usage: python3 make_nltk_golden.py, with NLTK 3.8 (Debian: python3-nltk). It needs none of NLTK's data.
"""

import json
import pathlib

from nltk.stem.porter import PorterStemmer
from nltk.tokenize import TreebankWordTokenizer
from nltk.tokenize.destructive import NLTKWordTokenizer

HERE = pathlib.Path(__file__).parent

STARTS = """abil act ad agree appl at bak be bl boy buzz cad conn controll creat cry d di e ease eas eff electr
enjoy f fall fil fizz fl form fulf gas geo happ hesit hiss hop hopp ident io key l lie log motor nation
operat or pl plastered pony popul pray rat relat responsib roll s say siz sk sky spi st syzygy tan tie tree troubl
ty us val vile vy way will x y yield yy""".split()
ENDINGS = """- s es ies ss sses 's ed eed ied ing ying y ly al ally ational tional ence ency ance ancy izer abli ably bly alli
ently eli ely ously ization ation ator alism iveness fulness ousness aliti ality iviti ivity biliti bility logy
fully icate ative alize iciti icity ical ful ness ic able ible ant ement ment ent ion sion tion ou ism ate
iti ous ive ize e ee le ll lle w ow ies""".split()
ODD = ["", "a", "is", "as", "Sky", "skies", "dying", "news", "innings", "howe", "proceed", "exceed", "succeed", "dies", "died", "flies", "spied",
       "RUNNING", "don't", "naïve", "é", "猫", "3s", "yyyyy", "sayyyying", "generalizations", "oscillators", "international", "internationalization"]

SENTENCES = [
    "Good muffins cost $3.88\nin New York.  Please buy me\ntwo of them.\nThanks.",
    "They'll save and invest more.",
    "hi, my name can't hello,",
    "Good muffins cost $3.88 (roughly 3,36 euros)\nin New (York).  Please (buy) me\ntwo of them.\n(Thanks).",
    "\"We beat some pretty good teams to get here,\" Slocum said.",
    "Well, we couldn't have this predictable, cliche-ridden, \"Touched by an Angel\" (a show creator John Masius worked on) wanna-be if she didn't.",
    "I cannot cannot work under these conditions!",
    "The company spent $30,000,000 last year.",
    "The company spent 40.75% of its income last year.",
    "He arrived at 3:00 pm.",
    "I bought these items: books, pencils, and pens.",
    "Though there were 150, 100 of them were old.",
    "There were 300,000, but that wasn't enough.",
    "It's more'n enough. 'Tis true; 'twas so. Gimme, lemme, gonna, gotta, wanna go, wanna. D'ye see?",
    "he said ''yes'' and ``no'' and \"maybe\" and `this'",
    "'quoted' 'n' rock 'n' roll, the boys' toys and James's",
    "I'm you're he'd we've SHE'LL DON'T wouldn't've y'all",
    "Wait... what.... no.. e.g. this -- or--that - dash*star*",
    "(\"nested [brackets] {and} <more>\")",
    "The end.\" ",
    "The end.)' \n",
    "“Curly quotes,” he said, ‘single’ and «guillemets» „low“.",
    "a@b.com #tag & 50% ; x:y 12:30, 1,2 and,",
    "What?! Really?? Yes!",
    "no stop",
    "",
    " \t\n ",
    ".",
    "...",
    "\"",
    "'",
    "''",
    "\"\"",
    "a.b. c. d.",
    "Das ist \u00fcber 3,5 gro\u00df. Caf\u00e9's d'accord l'eau",
    "\u732b\u5750\u5728\u57ab\u5b50\u4e0a\u3002 \u201c\u597d\u201d, he said.",
    "cannot\u00bd \u00bdcannot can\u0301not more'n\u0301 \u0301gimme 'tis\u00bd 'tis\u0301 '\u00bd 'x\u0301 'x\u00b2 wanna\u00b2 _gonna gotta_ a@'tis'Twas 'Tis'tis",
    "emoji \U0001f44d\U0001f3fd, \U0001f44d. \U0001f44d.",
]


def write(name, golden):
    (HERE / name).write_text("[\n" + ",\n".join(json.dumps(row) for row in golden) + "\n]\n")


words = sorted({start + ending.strip("-") for start in STARTS for ending in ENDINGS}) + ODD
stemmers = {"Original": PorterStemmer.ORIGINAL_ALGORITHM, "Martin": PorterStemmer.MARTIN_EXTENSIONS, "Nltk": PorterStemmer.NLTK_EXTENSIONS}


def stem(mode, word):
    # NLTK looks irregular words up as written, but knows them in lower case only.
    return PorterStemmer(mode).stem(word.lower())


write("nltk-stems.json", [[word, *(stem(mode, word) for mode in stemmers.values())] for word in words])
write("nltk-words.json", [
    {
        "text": text,
        "Treebank": TreebankWordTokenizer().tokenize(text),
        "Nltk": NLTKWordTokenizer().tokenize(text),
        "converted": NLTKWordTokenizer().tokenize(text, convert_parentheses=True),
    }
    for text in SENTENCES
])
