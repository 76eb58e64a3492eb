"""The part of AMQP 1.0 that a client of QTau needs, with the standard library alone.

A connection has one session, and links in it: senders, receivers, a coordinator of transactions.
It belongs to one thread at a time. Nothing here knows what QTau is; why it is not a library of
somebody else's says `docs/adr/0014`.
"""
