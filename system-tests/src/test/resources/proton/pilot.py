"""Tries with a pilot's credential what is not a pilot's; prints a line of JSON for each."""

import json
import sys

from proton import Message, SSLDomain
from proton.utils import BlockingConnection

host_and_port, credential_file, ca_file = sys.argv[1:]
with open(credential_file) as file:
    user, password = file.read().strip().split(":", 1)
tls = SSLDomain(SSLDomain.MODE_CLIENT)
tls.set_trusted_ca_db(ca_file)
tls.set_peer_authentication(SSLDomain.VERIFY_PEER_NAME)
connection = BlockingConnection(
    "amqps://" + host_and_port, ssl_domain=tls, user=user, password=password, allowed_mechs="PLAIN", timeout=30
)


def attempt(case, deed):
    try:
        deed()
        outcome, why = "DONE", None
    except Exception as e:
        outcome, why = "REFUSED", str(e)
    print(json.dumps({"case": case, "outcome": outcome, "why": why}), flush=True)


def send(address, body, **properties):
    message = Message(json.dumps(body).encode(), inferred=True, content_type="application/json", properties=properties)
    message.durable = True
    name = address + str(len(properties)) + properties.get("qtau_pilot", "")
    sender = connection.create_sender(address, name=name)
    sender.send(message)


def result(of):
    body = {"v": 1, "session": "s", "id": "forged", "status": "SUCCESS", "pilot": of}
    send("qtau.result.s", body, qtau_v=1, qtau_session="s", qtau_id="forged", qtau_status="SUCCESS", qtau_pilot=of)


attempt("own result", lambda: result(user.split(".")[1]))
attempt("another pilot's result", lambda: result("another"))
attempt("cancel order", lambda: send("qtau.control.steward", {"token": "t", "session": "s", "ids": []}, qtau_cancel="t"))
attempt("another pilot's lane", lambda: connection.create_receiver("qtau.task.another.c1"))
attempt("results", lambda: connection.create_receiver("qtau.result.s"))
attempt("dead letters", lambda: connection.create_receiver("qtau.dead"))
attempt("shared lane", lambda: connection.create_receiver("qtau.task.shared.c1"))
connection.close()
