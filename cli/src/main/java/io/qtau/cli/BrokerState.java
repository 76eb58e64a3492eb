package io.qtau.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.qtau.broker.BrokerDaemon;
import io.qtau.messaging.BrokerUrl;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What {@code broker start|status --json} print of a broker that runs. */
record BrokerState(
    boolean running,
    long pid,
    String url,
    boolean tls,
    @Nullable String caFile,
    String credentialFile,
    String data) {

  /** What is printed when none runs: nothing else applies. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record NotRunning(boolean running) {}

  static final NotRunning NOT_RUNNING = new NotRunning(false);

  /** Null when none runs. */
  static @Nullable BrokerState of(BrokerDaemon.Status status) {
    BrokerUrl url = status.url();
    Path data = status.data();
    Long pid = status.pid();
    return status.running() && url != null && data != null && pid != null
        ? new BrokerState(
            true,
            pid,
            url.toString(),
            url.tls(),
            url.ca() == null ? null : url.ca().toString(),
            String.valueOf(status.credentialFile()),
            data.toString())
        : null;
  }

  String text() {
    return "the broker runs at " + url + ", process " + pid + ", data in " + data;
  }
}
