"""Runs the conformance table through boto3 or the AWS CLI.

Usage: conformance_clients.py <boto3|cli> <endpoint>

The rules of matching are those of conformance.ts beside it. Rows that a client of this age cannot
express, because its model lacks an operation or a field, are counted and named.
"""

import base64
import contextlib
import datetime
import io
import json
import os
import pathlib
import re
import sys
import time

ROWS = pathlib.Path(__file__).parent / "rows"
DAY = 86400
TOKENS = {f"token{n}": str(n) * 8 + "-1111-4111-8111-111111111111" for n in range(1, 10)}


class NotExpressible(Exception):
    """The client itself refuses the request."""


def fill(value, names):
    text = json.dumps(value)
    text = re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], found[0]), text)
    text = re.sub(r"<(\d+) characters>", lambda found: "x" * int(found[1]), text)
    return json.loads(text)


def matches(actual, expected):
    if isinstance(expected, str) and expected.startswith("<"):
        return placeholder(actual, expected)
    if isinstance(expected, list):
        if not isinstance(actual, list) or len(actual) != len(expected):
            return False
        if all(isinstance(entry, str) for entry in expected):
            if "<any>" not in expected:
                actual, expected = sorted(actual), sorted(expected)
        return all(matches(a, e) for a, e in zip(actual, expected))
    if isinstance(expected, dict):
        return (
            isinstance(actual, dict)
            and actual.keys() == expected.keys()
            and all(matches(actual[key], expected[key]) for key in expected)
        )
    return actual == expected and type(actual) is type(expected)


def placeholder(actual, kind):
    if kind == "<any>":
        return actual is not None
    if kind == "<arn>":
        pattern = r"arn:aws:secretsmanager:us-east-1:123456789012:secret:.+-[A-Za-z0-9]{6}"
        return re.fullmatch(pattern, str(actual)) is not None
    if kind.startswith("<matches "):
        return re.search(kind[len("<matches ") : -1], str(actual)) is not None
    seconds = epoch(actual)
    if seconds is None:
        return False
    now = time.time()
    if kind == "<day>":
        return seconds % DAY == 0 and now - seconds < 2 * DAY
    if kind == "<future>":
        return seconds > now
    ahead = re.fullmatch(r"<in (\d+) days>", kind)
    return abs(seconds - now - (int(ahead[1]) * DAY if ahead else 0)) < 120


def epoch(value):
    if isinstance(value, (int, float)):
        return value
    try:
        return datetime.datetime.fromisoformat(str(value)).timestamp()
    except ValueError:
        return None


def outcome_matches(outcome, expected):
    kind, content = outcome
    if kind == "answer":
        return not isinstance(expected, str) and matches(content, expected)
    if not isinstance(expected, str):
        return False
    code, _, message = expected.partition(": ")
    return content[0] == code and (message == "<any>" or content[1] == message)


def boto3_client(endpoint):
    import boto3
    import botocore.exceptions
    from botocore.config import Config

    client = boto3.client(
        "secretsmanager",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"max_attempts": 1}),
    )

    def call(operation, fields):
        method = getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower(), None)
        if method is None:
            raise NotExpressible(f"no operation {operation}")
        if "SecretBinary" in fields:
            fields = {**fields, "SecretBinary": base64.b64decode(fields["SecretBinary"])}
        try:
            answer = method(**fields)
        except botocore.exceptions.ParamValidationError as error:
            raise NotExpressible(str(error).splitlines()[-1]) from error
        except botocore.exceptions.ClientError as error:
            return "error", (error.response["Error"]["Code"], error.response["Error"]["Message"])
        answer.pop("ResponseMetadata")
        return "answer", plain(answer)

    def known(operation, expected):
        shape = client.meta.service_model.operation_model(operation).output_shape
        # A client drops the fields that its model does not have.
        return {key: value for key, value in expected.items() if key in shape.members}

    return call, known, f"boto3 {boto3.__version__}"


def plain(value):
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    return value


def cli_client(endpoint):
    import awscli
    from awscli.clidriver import create_clidriver

    os.environ.update(
        AWS_ACCESS_KEY_ID="any",
        AWS_SECRET_ACCESS_KEY="any",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_PAGER="",
        AWS_MAX_ATTEMPTS="1",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    )

    driver = create_clidriver()

    def call(operation, fields):
        command = re.sub(r"(?<!^)(?=[A-Z])", "-", operation).lower()
        words = ["secretsmanager", command, "--endpoint-url", endpoint, "--output", "json"]
        # Only this page: the CLI would put all pages together.
        if operation.startswith("List"):
            words.append("--no-paginate")
        words += ["--cli-input-json", json.dumps(fields)]
        out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                # The program itself, without a new process for every call.
                driver.main(words)
            except SystemExit:
                pass
        printed, complaint = read(out), read(err).strip()
        failed = re.search(
            r"An error occurred \((\w+)\) when calling the \w+ operation(?: \(reached max retries: \d+\))?: (.*)",
            complaint,
            re.S,
        )
        if failed:
            return "error", (failed[1], failed[2])
        if complaint:
            raise NotExpressible(complaint.splitlines()[-1])
        return "answer", json.loads(printed) if printed.strip() else {}

    return call, lambda _operation, expected: expected, f"AWS CLI {awscli.__version__}"


def read(stream):
    stream.flush()
    return stream.buffer.getvalue().decode()


def run_row(row, name, call, known):
    names = {
        **TOKENS,
        "name": name,
        "partialArn": f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}",
    }
    for operation, fields, expected, *extra in row["steps"]:
        extra = extra[0] if extra else {}
        wanted = fill(expected, names)
        outcome = call(operation, fill(fields, names))
        if isinstance(wanted, dict) and wanted:
            wanted = known(operation, wanted)
        for _ in range(200 if extra.get("eventually") else 0):
            if outcome_matches(outcome, wanted):
                break
            time.sleep(0.025)
            outcome = call(operation, fill(fields, names))
        if not outcome_matches(outcome, wanted):
            return f"{operation} {fields}\n  expected {wanted}\n  got      {outcome}"
        if outcome[0] == "answer":
            if operation == "CreateSecret":
                names.setdefault("arn", outcome[1]["ARN"])
            if "save" in extra:
                names["saved"] = outcome[1][extra["save"]]
    return None


def main():
    client_name, endpoint = sys.argv[1:]
    call, known, title = {"boto3": boto3_client, "cli": cli_client}[client_name](endpoint)
    passed, failed, skipped = 0, 0, []
    rows = [row for path in sorted(ROWS.glob("*.json")) for row in json.loads(path.read_text())]
    for index, row in enumerate(rows):
        if client_name not in row.get("clients", [client_name]):
            continue
        try:
            problem = run_row(row, f"{client_name}-{index}", call, known)
        except NotExpressible as reason:
            skipped.append(f"{row['name']}: {reason}")
            continue
        passed += problem is None
        failed += problem is not None
        if problem:
            print(f"FAILED {row['name']} (evidence {row['evidence']})\n  {problem}")
    for line in skipped:
        print(f"skipped, this client cannot say it: {line}")
    print(f"{title}: {passed} passed, {failed} failed, {len(skipped)} skipped")
    sys.exit(1 if failed or passed < 80 else 0)


if __name__ == "__main__":
    main()
