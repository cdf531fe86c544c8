"""How a way to say something is chosen, and timed."""
import math
import time

FEWEST_RUNS = 3


def timed(run, seconds):
    """The median of the runs that fit into the seconds, in milliseconds; and how many they were."""
    run()
    run()
    times = []
    end = time.perf_counter() + seconds
    while len(times) < FEWEST_RUNS or (time.perf_counter() < end and len(times) < 10001):
        begin = time.perf_counter()
        run()
        times.append((time.perf_counter() - begin) * 1e3)
    times.sort()
    return (times[(len(times) - 1) // 2] + times[len(times) // 2]) / 2, len(times)


def fastest(ways):
    """The name of the way whose best of two runs is the shortest."""
    best = {}
    for name, run in ways.items():
        run()
        best[name] = math.inf
        for _ in range(2):
            begin = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - begin)
    return min(best, key=best.get)
