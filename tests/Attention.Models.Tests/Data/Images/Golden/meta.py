"""Writes meta.txt: a table of three synsets as ImageNet's devkit has it, plain and compressed, in base64, by SciPy's writer of MATLAB files.

Run it in this folder: python3 meta.py
"""
import base64
import io

import numpy
import scipy.io

FIELDS = ["ILSVRC2012_ID", "WNID", "words", "gloss", "num_children", "children", "wordnet_height", "num_train_images"]
SYNSETS = [
    (1, "n02119789", "kit fox, Vulpes macrotis", "small grey fox of southwestern United States", []),
    (1001, "n02118333", "fox", "alert carnivorous mammal", [1, 300]),
    (300, "n02119022", "red fox, Vulpes vulpes", "the common Old World fox", []),
]

table = numpy.zeros((len(SYNSETS), 1), dtype=[(field, object) for field in FIELDS])
for row, (number, name, words, gloss, children) in enumerate(SYNSETS):
    values = [float(number), name, words, gloss, float(len(children)), numpy.array([children], dtype=numpy.float64 if row else numpy.uint8), 1.0, 1300.0]
    for field, value in zip(FIELDS, values):
        table[row, 0][field] = value

with open("meta.txt", "w", encoding="ascii", newline="\n") as out:
    for compressed in (False, True):
        stream = io.BytesIO()
        scipy.io.savemat(stream, {"before": numpy.array([1, 2, 3]), "synsets": table}, do_compression=compressed)
        data = bytearray(stream.getvalue())
        data[:116] = b"MATLAB 5.0 MAT-file".ljust(116)  # the writer puts the date here
        out.write(base64.b64encode(bytes(data)).decode() + "\n")
