package io.qtau.broker;

import io.qtau.protocol.Lane;
import java.io.File;
import java.util.HashSet;
import java.util.Set;
import org.apache.activemq.artemis.api.core.ActiveMQAddressFullException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.paging.PagingStore;
import org.apache.activemq.artemis.core.server.ActiveMQServer;

/**
 * Whether there is room for more tasks. Clients are refused long before a full disk would stop
 * everybody: agents still settle, and results still get out. The refusal may be sent again later.
 */
final class Room {
  private static final long FREE_BYTES = 1L << 30;
  private static final long LANE_BYTES = 1L << 40;

  private final ActiveMQServer server;
  private final File data;
  private final long leastFree = Long.getLong("qtau.disk.least.free.bytes", FREE_BYTES);
  private final long mostInLane = Long.getLong("qtau.lane.most.bytes", LANE_BYTES);
  private volatile long free = Long.MAX_VALUE;
  private volatile Set<String> fullLanes = Set.of();

  Room(ActiveMQServer server) {
    this.server = server;
    data = server.getConfiguration().getJournalLocation();
  }

  /** Looks again; once a second is often enough. */
  void look() throws Exception {
    free = data.getUsableSpace();
    Set<String> full = new HashSet<>();
    for (SimpleString address : server.getPagingManager().getStoreNames()) {
      if (Lane.parse(address.toString()).isPresent() && pagedBytes(address) > mostInLane) {
        full.add(address.toString());
      }
    }
    fullLanes = Set.copyOf(full);
  }

  private long pagedBytes(SimpleString address) throws Exception {
    PagingStore store = server.getPagingManager().getPageStore(address);
    return store == null ? 0 : store.getNumberOfPages() * (long) store.getPageSizeBytes();
  }

  /** Refuses a client's task that there is no room for. */
  void check(String lane) throws ActiveMQAddressFullException {
    if (free < leastFree) {
      throw full(
          "the disk of the broker has "
              + (free >> 20)
              + " MiB left; below "
              + (leastFree >> 20)
              + " MiB it takes no new tasks");
    }
    if (fullLanes.contains(lane)) {
      throw full(lane + " has more than " + (mostInLane >> 20) + " MiB on disk");
    }
  }

  private static ActiveMQAddressFullException full(String why) {
    return new ActiveMQAddressFullException(
        "QTau has no room for more tasks: " + why + "; try later");
  }
}
