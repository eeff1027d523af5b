"""Tests rotate.py against a local Secrets Manager. Run with: python3 -m unittest (needs boto3 and Node)."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.request

import boto3

HERE = pathlib.Path(__file__).parent
COMMAND = ["npx", "--no", "--", "keyturn-secrets-manager"]


class RotateTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.service = pathlib.Path(folder.name) / "password"
        self.service.write_text("first")
        function = f"rotate=command:{sys.executable} -W ignore lambda_lines.py rotate.lambda_handler"
        self.server = subprocess.Popen(
            [*COMMAND, "--port", "0", "--attempts", "2", "--backoff", "10", "--function", function],
            cwd=HERE,
            env={**os.environ, "SERVICE_FILE": str(self.service)},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(self.stop)
        self.endpoint = re.search(r"http://\S+", self.server.stdout.readline())[0]
        self.client = boto3.client(
            "secretsmanager",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
        )
        self.client.create_secret(Name="db", SecretString=json.dumps({"password": "first"}))

    def stop(self):
        self.server.terminate()
        self.server.wait()
        self.server.stdout.close()

    def control(self, route, **fields):
        request = urllib.request.Request(
            f"{self.endpoint}/_keyturn/{route}", json.dumps(fields).encode(), method="POST"
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def rotate(self):
        self.client.rotate_secret(SecretId="db", RotationLambdaARN="rotate")
        return self.control("rotation", secretId="db")

    def test_the_service_accepts_the_new_current_password(self):
        report = self.rotate()
        self.assertEqual(report["outcome"], "succeeded", report)
        current = json.loads(self.client.get_secret_value(SecretId="db")["SecretString"])
        self.assertEqual(self.service.read_text(), current["password"])
        self.assertNotEqual(current["password"], "first")

    def test_a_write_whose_answer_is_lost_does_not_matter(self):
        self.control(
            "faults",
            operation="PutSecretValue",
            when="after",
            error="InternalServiceError",
            times=1,
        )
        report = self.rotate()
        self.assertEqual(report["outcome"], "succeeded", report)


if __name__ == "__main__":
    unittest.main()
