"""Sends what is wrong, each in its own way; prints a line of JSON for each: what the broker said.

The id of a task is the name of its case, where the case is not about the id.
"""

import json
import sys
import uuid

import proton
from proton.reactor import ReceiverOption, SenderOption
from proton.utils import BlockingConnection, LinkDetached

host_and_port, credential_file, session = sys.argv[1:]
with open(credential_file) as file:
    user, password = file.read().strip().split(":", 1)
connection = BlockingConnection(
    "amqp://" + host_and_port, user=user, password=password, allowed_mechs="PLAIN", timeout=30
)

LANE = "qtau.task.shared.c1"
NOOP = b'{"kind":"noop"}'


def say(case, outcome, why=None):
    print(json.dumps({"case": case, "outcome": outcome, "why": why}), flush=True)


def topic(terminus):
    terminus.capabilities.put_array(False, proton.Data.SYMBOL)
    terminus.capabilities.enter()
    terminus.capabilities.put_symbol("topic")
    terminus.capabilities.exit()


class ToTopic(SenderOption):
    def apply(self, sender):
        topic(sender.target)


class FromTopic(ReceiverOption):
    def apply(self, receiver):
        topic(receiver.source)


def send(case, body=NOOP, address=LANE, options=None, inferred=True, durable=True, **other):
    """Properties are those that begin with qtau_ or with x; None takes one away."""
    properties = {"qtau_v": 1, "qtau_session": session, "qtau_id": case, "qtau_kind": "noop"}
    properties.update({key: other.pop(key) for key in list(other) if key.startswith(("qtau_", "x"))})
    message = proton.Message(
        body=body,
        inferred=inferred,
        properties={key: value for key, value in properties.items() if value is not None},
        **{"content_type": "application/json", **other},
    )
    message.durable = durable
    try:
        # A name of its own: a refused link's name cannot be used again on this connection.
        sender = connection.create_sender(address, name=str(uuid.uuid4()), options=options)
    except LinkDetached as e:
        say(case, "DETACHED", str(e))
        return
    delivery = sender.link.send(message)
    connection.wait(lambda: delivery.settled)
    condition = delivery.remote.condition
    say(case, delivery.remote_state.name, condition.description if condition else None)
    sender.close()


def receive(case, address, options=None):
    try:
        connection.create_receiver(address, name=str(uuid.uuid4()), options=options).close()
        say(case, "ATTACHED")
    except LinkDetached as e:
        say(case, "DETACHED", str(e))


send("good")
for width in ("byte", "short", "int32", "ubyte", "ushort", "uint", "ulong"):
    send("v-" + width, qtau_v=getattr(proton, width)(1))
send("v-long", qtau_v=1)
send("v-text", qtau_v="1")
send("v-2", qtau_v=2)
send("v-none", qtau_v=None)

send("property-list", x=[1, 2])
send("property-map", x={"a": 1})
send("property-array", x=proton.Array(proton.UNDESCRIBED, proton.Data.INT, 1, 2))
send("property-uuid", x=uuid.uuid4())
send("property-time", x=proton.timestamp(5))
send("property-bytes", x=b"ab")
send("property-symbol", x=proton.symbol("a"))
send("property-decimal", x=proton.decimal128(bytes(16)))
send("annotation-delivery-time", annotations={proton.symbol("x-opt-delivery-time"): "soon"})
send("annotation-map", annotations={proton.symbol("x-opt-mine"): {"a": [1]}})

send("body-text", body=NOOP.decode())
send("body-binary-value", inferred=False)
send("type-none", content_type=None)
send("type-plain", content_type="text/plain")
send("type-bytes", content_type="application/octet-stream")
send("type-nonsense", content_type=";;/x")
send("type-java-object", content_type="application/x-java-serialized-object")
send("body-list", body=[1, 2], inferred=False)
send("body-nested-list", body=[1, [2]], inferred=False)
send("body-sequence", body=[1, 2])
send("body-map", body={"a": 1}, inferred=False)
send("body-nested-map", body={"a": {"b": 1}}, inferred=False)
send("body-number", body=7, inferred=False)
send("body-uuid", body=uuid.uuid4(), inferred=False)
send("body-none", body=None)
send("body-empty", body=b"")
send("body-empty-text", body="")
send("body-not-json", body=b"hello")
send("body-not-utf8", body=b"\xff\xfe\x00")
send("body-array", body=b"[1]")
send("body-null", body=b"null")
send("body-other-id", body=b'{"kind":"noop","id":"another"}')
send("body-other-kind", body=b'{"kind":"sleep","sleep":{"seconds":0}}')
send("body-reserved", body=b'{"kind":"noop","after":["x"]}')

long_name = b'{"kind":"noop","name":"' + b"x" * 200_000 + b'"}'
send("big", body=long_name)
send("big-text", body=long_name.decode())
send("big-property-list", body=long_name, x=[1])
send("big-list", body=["x" * 200_000], inferred=False)
send("too-big", body=b'{"kind":"noop","name":"' + b"x" * (8 << 20) + b'"}')

send("not-durable", durable=False)
send("reply-to", reply_to="elsewhere")
send("id-none", qtau_id=None)
send("id-queue", qtau_id="a::b")
send("id-space", qtau_id="a b")
send("session-none", qtau_session=None)
send("session-dot", qtau_session="a.b")
send("kind-none", qtau_kind=None)

send("topic", options=ToTopic())
send("topic-new-lane", address="qtau.task.shared.c2", options=ToTopic())
send("address-shape", address="qtau.task.shared.zz")
send("address-space", address="qtau.task.a b.c1")
send("address-queue", address=LANE + "::other")
send("address-unknown", address="qtau.unknown")
send("address-result", address="qtau.result." + session)
send("table-list", address="qtau.lane", body=[1], inferred=False)
send("steward-property", address="qtau.control.steward", x=[1])

receive("read-topic", LANE, FromTopic())
receive("read-results-topic", "qtau.result.nobody", FromTopic())
receive("read-shape", "qtau.task.shared.zz")
first = connection.create_receiver("qtau.result." + session, name="first", credit=0)
receive("read-second", "qtau.result." + session)
first.close()

send("good-at-last")
connection.close()
