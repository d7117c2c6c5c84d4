"""Run by vLLM's Python: turns a GGUF file into the folder that vLLM loads. `convert.py GGUF FOLDER`."""

import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

gguf, folder = Path(sys.argv[1]), Path(sys.argv[2])
AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(folder)
AutoModelForCausalLM.from_pretrained(
    gguf.parent,
    gguf_file=gguf.name,
    dtype=torch.bfloat16,
    quantization_config=GgufConfig(dequantize=True),
).save_pretrained(folder)
