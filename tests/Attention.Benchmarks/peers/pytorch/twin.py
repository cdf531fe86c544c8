"""The GPT of gpt.py in PyTorch, by itself: twin.py training|generation THREADS [SECONDS] prints one line of JSON."""
import json
import sys

import tuned

if len(sys.argv) not in (3, 4) or sys.argv[1] not in ("training", "generation"):
    sys.exit(__doc__)
VERB, THREADS, SECONDS = sys.argv[1], int(sys.argv[2]), float((sys.argv + ["10"])[3])
tuned.start(THREADS)

import torch  # noqa: E402 -- after the environment is right

import gpt  # noqa: E402
from timing import fastest, timed  # noqa: E402


def main():
    torch.set_num_threads(THREADS)
    torch.set_flush_denormal(True)
    with torch.enable_grad() if VERB == "training" else torch.inference_mode():
        ways = getattr(gpt, VERB)()
        way = fastest(ways)
        ms, runs = timed(ways[way], SECONDS)
    tokens = gpt.BATCH * gpt.CONTEXT if VERB == "training" else gpt.GENERATED
    line = {"name": VERB, "threads": THREADS, "tokens_per_s": round(tokens / ms * 1e3, 1)}
    if VERB == "training":
        line["ms_per_step"] = round(ms, 3)
    else:
        line["ms_per_token"] = round(ms / tokens, 4)
    print(json.dumps({**line, "runs": runs, "peer": f"PyTorch {torch.__version__}", "way": way}))


main()
