"""The child process of the embedded model: a llama.cpp server that ends when its parent does.

Started by `app.workers.embedded` as `python -m app.workers.embedded_server`. It reads one line of
JSON (`gguf`, `slot_tokens`, `api_key`) from standard input, writes one line (`url` and `slots`, or
`fault`) when the model is loaded or cannot be, and ends as soon as standard input does: the parent
holds the other end, so even a SIGKILL of the parent ends the child.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

# Tokens of a prompt that are read at once.
PROMPT_PIECE = 64


def count_cores() -> int:
    """Cores that this process may use: its affinity, and the container's CPU quota where there is one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        cores = min(cores, max(1, round(int(quota) / int(period))))
    return cores


def start_server(order: dict[str, Any]) -> tuple[object, dict[str, object]]:
    """Load the model and listen; the server must be kept, and the answer goes to the parent."""
    # Threads that spin while they wait starve each other as soon as anything else wants a core:
    # seen on two cores, 10 tokens/s instead of 70. The next line must come before the library.
    os.environ["OMP_WAIT_POLICY"] = "passive"
    import xllamacpp

    cores = count_cores()
    slots = min(4, max(2, cores))
    params = xllamacpp.CommonParams()
    params.model.path = order["gguf"]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order["api_key"]]
    params.n_parallel = slots
    params.n_ctx = slots * order["slot_tokens"]
    params.cpuparams.n_threads = min(8, max(1, cores // 2))
    params.cpuparams_batch.n_threads = min(16, cores)
    # Between two such pieces of somebody's prompt every reply in the making gets a token. In one piece (2,048 is the
    # default) a prompt of 700 tokens held the others up for 5 s and longer on a busy machine, and broke them.
    params.n_batch = params.n_ubatch = PROMPT_PIECE
    params.n_gpu_layers = 0
    params.cache_ram_mib = 0  # no copies of finished prompts
    params.ui = False
    params.endpoint_slots = True
    params.verbosity = -1
    try:
        server = xllamacpp.Server(params)
    except Exception as error:  # whatever the library raises, the parent should hear of it
        return None, {"fault": type(error).__name__}
    return server, {"url": server.listening_address, "slots": slots}


def main() -> None:
    # Whoever ends the service's processes all at once would cut the last replies off: we end by our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    order = json.loads(sys.stdin.readline())
    # What llama.cpp prints may hold prompts: none of it leaves this process.
    answers = os.fdopen(os.dup(1), "w")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)

    server, answer = start_server(order)
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
    while server and sys.stdin.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
