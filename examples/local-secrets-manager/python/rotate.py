"""A rotation function as it is deployed to Lambda: changes the password of a (toy) service."""

import json
import os
import pathlib

import boto3

# The toy service: a file that holds the one password it accepts.
SERVICE = pathlib.Path(os.environ["SERVICE_FILE"])


def lambda_handler(event, _context):
    client = boto3.client(
        "secretsmanager", endpoint_url=os.environ.get("AWS_ENDPOINT_URL_SECRETS_MANAGER")
    )
    arn, token = event["SecretId"], event["ClientRequestToken"]
    if event["Step"] == "createSecret":
        create_secret(client, arn, token)
    elif event["Step"] == "setSecret":
        SERVICE.write_text(pending(client, arn, token)["password"])
    elif event["Step"] == "testSecret":
        if SERVICE.read_text() != pending(client, arn, token)["password"]:
            raise ValueError("the service does not accept the pending password")
    elif event["Step"] == "finishSecret":
        finish_secret(client, arn, token)


def create_secret(client, arn, token):
    try:
        pending(client, arn, token)
    except client.exceptions.ResourceNotFoundException:
        value = json.loads(client.get_secret_value(SecretId=arn)["SecretString"])
        value["password"] = client.get_random_password(ExcludePunctuation=True)["RandomPassword"]
        client.put_secret_value(
            SecretId=arn,
            ClientRequestToken=token,
            SecretString=json.dumps(value),
            VersionStages=["AWSPENDING"],
        )


def finish_secret(client, arn, token):
    current = client.get_secret_value(SecretId=arn)["VersionId"]
    if current != token:
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage="AWSCURRENT",
            MoveToVersionId=token,
            RemoveFromVersionId=current,
        )


def pending(client, arn, token):
    version = client.get_secret_value(SecretId=arn, VersionId=token, VersionStage="AWSPENDING")
    return json.loads(version["SecretString"])
