"""A service account that nobody knows, and the token server that vouches for it.

Google's BigQuery client insists on credentials; with these the production code finds them where it always does.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.emulators.process import HOST

VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
TOKEN = {"access_token": "rehearsal", "expires_in": 3600, "token_type": "Bearer"}


class _Tokens(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        content = json.dumps(TOKEN).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def service_account(folder: Path, project: str) -> Iterator[Path]:
    """Yield the key file of a service account whose tokens a server on this machine hands out."""
    tokens = ThreadingHTTPServer((HOST, 0), _Tokens)
    thread = threading.Thread(target=tokens.serve_forever, daemon=True)
    thread.start()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "service-account.json"
    path.write_text(
        json.dumps(
            {
                "type": "service_account",
                "project_id": project,
                "private_key_id": "rehearsal",
                "private_key": pem.decode(),
                "client_email": f"rehearsal@{project}.iam.gserviceaccount.com",
                "client_id": "1",
                "token_uri": f"http://{HOST}:{tokens.server_port}/token",
            }
        )
    )
    try:
        yield path
    finally:
        tokens.shutdown()
        tokens.server_close()
        thread.join()
