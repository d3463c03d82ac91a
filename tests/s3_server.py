"""A store that speaks S3, in a process of its own on loopback, that looks at keys."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import boto3

from node.base.config import FilesSettings
from tests.journeys.processes import free_port

BUCKET = "hedgerow-files"
BEFORE = {"aws_access_key_id": "first", "aws_secret_access_key": "first"}
ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}


@dataclass
class S3Server:
    """The process, its address, and a key that it knows."""

    process: subprocess.Popen[bytes]
    endpoint: str
    key: str = ""
    secret: str = ""

    def settings(self, prefix: str = "one", **changes: Any) -> FilesSettings:
        """Settings of a node whose files lie here."""
        found = {
            "url": f"s3://{BUCKET}/{prefix}",
            "endpoint": self.endpoint,
            "access_key_id": self.key,
            "secret_access_key": self.secret,
        }
        return FilesSettings(**(found | changes))

    def stop(self) -> None:
        """End it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def start_s3() -> S3Server:
    """A server with a bucket and one user who may use it; all others may nothing."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env=os.environ | {"MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = S3Server(process, f"http://127.0.0.1:{port}")
    try:
        wait_for(server.endpoint)
        at = {"endpoint_url": server.endpoint, "region_name": "us-east-1", **BEFORE}
        boto3.client("s3", **at).create_bucket(Bucket=BUCKET)
        people = boto3.client("iam", **at)
        people.create_user(UserName="node")
        people.put_user_policy(
            UserName="node", PolicyName="files", PolicyDocument=json.dumps(ALLOWED)
        )
        made = people.create_access_key(UserName="node")["AccessKey"]
        server.key, server.secret = made["AccessKeyId"], made["SecretAccessKey"]
        ask(f"{server.endpoint}/moto-api/reset-auth", b"0")
    except BaseException:
        server.stop()
        raise
    return server


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            ask(url)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def ask(url: str, body: bytes | None = None) -> None:
    asked = urllib.request.Request(url, body, {"Content-Type": "text/plain"})
    with urllib.request.urlopen(asked, timeout=5) as reply:
        reply.read()
