package io.qtau.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * The broker's process: {@code HOME DATA PORT FAILURE-FILE [HOST]}; with a host it takes TLS only.
 * It runs until TERM. When it does not start, the failure file has the kind of the {@link
 * BrokerException} in its first line and the message in the others, and the process ends with 3, or
 * with 5 when data or port are in use.
 */
public final class BrokerMain {
  private BrokerMain() {}

  /** Runs a broker until the process is told to end. */
  public static void main(String[] args) throws Exception {
    BrokerLogging.quiet();
    Path home = Path.of(args[0]);
    try {
      Listening listening = args.length > 4 ? listen(home, args[4]) : null;
      run(
          home,
          new BrokerSettings(
              Path.of(args[1]),
              Integer.parseInt(args[2]),
              OwnerCredential.obtain(home),
              listening,
              null));
    } catch (BrokerException e) {
      fail(Path.of(args[3]), e);
    }
  }

  private static Listening listen(Path home, String host) throws BrokerException {
    try {
      return Listening.prepare(new TlsFiles(home), host, Clock.systemUTC());
    } catch (IOException | GeneralSecurityException e) {
      throw new BrokerException(
          BrokerException.Kind.FAILED,
          "the certificates in " + home + " cannot be made or read: " + e.getMessage(),
          e);
    }
  }

  private static void run(Path home, BrokerSettings settings) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings)) {
      if (settings.listening() != null) {
        CertificateWatch.start(
            new TlsFiles(home), settings.listening(), broker, Duration.ofDays(1));
      }
      BrokerState.of(ProcessHandle.current().pid(), broker).write(home);
      awaitTerm(broker, home);
    }
  }

  private static void awaitTerm(EmbeddedBroker broker, Path home) throws InterruptedException {
    CountDownLatch term = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  broker.close();
                  BrokerState.remove(home);
                  term.countDown();
                },
                "stop"));
    var unused =
        broker
            .failed()
            .thenAccept(
                why -> {
                  System.err.println("qtau-broker: " + why);
                  BrokerState.remove(home);
                  // Not exit(): closing waits for the disk. It starts again as after a kill.
                  Runtime.getRuntime().halt(3);
                });
    term.await();
  }

  private static void fail(Path file, BrokerException e) throws IOException {
    Files.writeString(file, e.kind() + "\n" + e.getMessage() + "\n");
    System.err.println("qtau-broker: " + e.getMessage());
    boolean inUse =
        e.kind() == BrokerException.Kind.DATA_IN_USE
            || e.kind() == BrokerException.Kind.PORT_IN_USE;
    System.exit(inUse ? 5 : 3);
  }
}
