"""Everything that makes PyTorch fast on this machine; import it before torch. Most of it is read when a process starts, so that the script starts itself again, once."""
import os
import sys

SHARED_THREADS = "/usr/lib/x86_64-linux-gnu/openblas-openmp"
STARTED = "ATTENTION_TUNED"


def variables(threads):
    """OpenBLAS and ATen use the widest registers there are, whatever the environment had said before. OpenBLAS is the build that shares PyTorch's threads; the other one
    oversubscribes the processors. And malloc keeps what was freed: by default every large temporary goes back to the system, and its pages fault again on the next call."""
    with open("/proc/cpuinfo") as file:
        flags = next((line.split() for line in file if line.startswith("flags")), [])
    wide = "avx512f" in flags
    values = {"OPENBLAS_CORETYPE": "SkylakeX"} if wide else {}
    values["ATEN_CPU_CAPABILITY"] = "avx512" if wide else "avx2" if "avx2" in flags else "default"
    values["OPENBLAS_NUM_THREADS"] = values["OMP_NUM_THREADS"] = str(threads)
    values["MALLOC_MMAP_MAX_"] = "0"
    values["MALLOC_TRIM_THRESHOLD_"] = values["MALLOC_TOP_PAD_"] = str(1 << 29)
    if os.path.isdir(SHARED_THREADS):
        values["LD_LIBRARY_PATH"] = SHARED_THREADS
    return values


def start(threads):
    """Starts the script again with the variables, unless that has been done; elsewhere than on Linux it goes on as it is."""
    if sys.platform == "linux" and os.environ.get(STARTED) != str(threads):
        kept = {name: value for name, value in os.environ.items() if name not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
        os.execve(sys.executable, [sys.executable, *sys.argv], {**kept, **variables(threads), STARTED: str(threads)})


def settings():
    """How it was tuned, for people; T stands for the number of threads."""
    found = variables("T") if sys.platform == "linux" else {}
    return "torch.set_num_threads(T)" + "".join(f" {name}={value}" for name, value in found.items()) + "; the fastest of several ways to say each row"
