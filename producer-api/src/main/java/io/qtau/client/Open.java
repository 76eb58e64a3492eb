package io.qtau.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What all sessions of one client share. */
record Open(Lookup lookup, UsedIds ids, Set<Session> sessions) implements AutoCloseable {
  Open(Lookup lookup) {
    this(lookup, new UsedIds(), ConcurrentHashMap.newKeySet());
  }

  @Override
  public void close() {
    sessions.forEach(Session::close);
    lookup.close();
  }
}
