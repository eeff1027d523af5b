"""Runs any Lambda handler as a command: one event as JSON per line in, one answer per line out.

Usage: lambda_lines.py rotate.lambda_handler
"""

import importlib
import json
import sys

module, _, name = sys.argv[1].rpartition(".")
handler = getattr(importlib.import_module(module), name)

for line in sys.stdin:
    try:
        handler(json.loads(line), None)
        answer = {"ok": True}
    except Exception as error:  # Whatever goes wrong is the function's answer.
        answer = {"ok": False, "errorType": type(error).__name__, "errorMessage": str(error)}
    print(json.dumps(answer), flush=True)
