"""Runs a command and kills its whole process group when this program's standard input ends.

The end of standard input is how a test run that dies, even by SIGKILL, takes vLLM with it: a killed
vLLM leaves its engine processes behind.
"""

import os
import signal
import subprocess
import sys
import threading


def main() -> None:
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_follow, args=(child,), daemon=True).start()
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)


def _follow(child: "subprocess.Popen[bytes]") -> None:
    """End as the command ended."""
    child.wait()
    os._exit(1)


if __name__ == "__main__":
    main()
