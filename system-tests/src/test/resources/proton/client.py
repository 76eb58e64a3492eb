import sys
from json import dumps
from proton import Message, SSLDomain
from proton.utils import BlockingConnection

host_and_port, credential_file, session, *ca_file = sys.argv[1:]
with open(credential_file) as file:
    user, password = file.read().strip().split(":", 1)
url, tls = "amqp://" + host_and_port, None
if ca_file:
    url, tls = "amqps://" + host_and_port, SSLDomain(SSLDomain.MODE_CLIENT)  # SSLUnavailable: built without TLS
    tls.set_trusted_ca_db(ca_file[0])
    tls.set_peer_authentication(SSLDomain.VERIFY_PEER_NAME)
connection = BlockingConnection(url, ssl_domain=tls, user=user, password=password, allowed_mechs="PLAIN")
tasks = {
    "hello": {"kind": "exec", "exec": {"argv": ["echo", "hello from Python"]}},
    "wrong": {"kind": "exec", "exec": {"argv": ["sh", "-c", "exit 3"]}},
    "nothing": {"kind": "noop"},
}
sender = connection.create_sender("qtau.task.shared.c1")
for name, task in tasks.items():
    properties = {"qtau_v": 1, "qtau_session": session, "qtau_id": name, "qtau_kind": task["kind"]}
    message = Message(dumps(task).encode(), inferred=True, content_type="application/json", properties=properties)
    message.durable = True
    sender.send(message)  # returns when the task is on the broker's disk; SendException: it was refused
receiver = connection.create_receiver("qtau.result." + session, credit=len(tasks))
for _ in tasks:
    print(bytes(receiver.receive(timeout=60).body).decode(), flush=True)
    receiver.accept()  # after it is recorded: what is not accepted comes again
connection.close()
