package io.qtau.pilot;

import io.qtau.client.BrokerUnavailable;
import io.qtau.client.CredentialRefused;
import io.qtau.client.Home;
import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.launcher.Allocation;
import io.qtau.launcher.AllocationState;
import io.qtau.launcher.LaunchFailed;
import io.qtau.launcher.Launchers;
import io.qtau.launcher.PilotDirectory;
import io.qtau.launcher.PilotRequest;
import io.qtau.launcher.PilotRequestBuilder;
import io.qtau.launcher.Said;
import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.PilotRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pilots of one home and of one broker: what the commands {@code qtau pilot …} do, and with the
 * same files, so that a program and the commands see the same pilots.
 *
 * <pre>{@code
 * try (PilotService pilots = PilotService.open()) {
 *   Pilot pilot = pilots.start(PilotRequest.on(ResourceUrl.LOCAL).cores(2));
 *   pilot.awaitReady(Duration.ofMinutes(1));
 *   …
 *   pilot.stop();
 * }
 * }</pre>
 *
 * <p>Nothing is connected to before it is needed: {@link #stop} works without a broker. A broker
 * that goes away later is waited for, in each call a minute at most unless it says otherwise, then
 * {@link BrokerUnavailable} is thrown. Closing ends no pilot. For one thread at a time, as its
 * {@link Pilot}s are.
 */
public final class PilotService implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PilotService.class.getName());

  private final Path pilots;
  private final Brokers brokers;
  private final Launchers launchers;
  private final Consumer<String> notices;

  private PilotService(
      Path pilots, Brokers brokers, Launchers launchers, Consumer<String> notices) {
    this.pilots = pilots;
    this.brokers = brokers;
    this.launchers = launchers;
    this.notices = notices;
  }

  /** That of the environment: see {@link Home}. */
  public static PilotService open() {
    return open(Home.ofProcess());
  }

  /** That of a home; where its broker is, and its credential, are read when they are needed. */
  public static PilotService open(Home home) {
    return open(home.directory(), new Brokers(home::broker, home::credential));
  }

  /**
   * That of a home with a broker that is somewhere else.
   *
   * @param home the directory {@code pilots} in it holds what is known of pilots
   * @param broker as agents, too, connect to it; for {@code tls://} one that says which certificate
   *     it is checked against
   * @param owner whom to log in as: the broker's owner
   */
  public static PilotService open(Path home, BrokerUrl broker, Credential owner) {
    return open(home, new Brokers(() -> broker, () -> owner));
  }

  private static PilotService open(Path home, Brokers brokers) {
    Path pilots = home.toAbsolutePath().normalize().resolve("pilots");
    return new PilotService(
        pilots,
        brokers,
        new Launchers(pilots),
        notice -> LOG.log(System.Logger.Level.WARNING, notice));
  }

  /**
   * The same service, whose lines for a person come here and not into the log: of what went not
   * quite as it should, while the call as a whole succeeds. Closing either closes both.
   */
  public PilotService withNotices(Consumer<String> hearer) {
    return new PilotService(pilots, brokers, launchers, hearer);
  }

  /**
   * Starts a pilot with a credential of its own; it stays when this process is gone. On return its
   * resource has the request, and tasks for it are accepted. Its agents may not be there yet:
   * {@link Pilot#awaitReady}.
   *
   * @param wanted the broker, the certificate and the credential are filled in here; what has no
   *     name gets one
   * @throws InvalidField when a value cannot be, or does not go with the resource; nothing was done
   * @throws io.qtau.launcher.NameInUse when a pilot of that name lives; nothing was started
   * @throws LaunchFailed when the resource refused, in its own words; nothing is left running
   * @throws CredentialRefused when the broker does not know the user, or that is not its owner
   */
  public Pilot start(PilotRequestBuilder wanted)
      throws QTauException, LaunchFailed, IOException, InterruptedException {
    BrokerUrl url = brokers.url();
    PilotRequest request =
        wanted
            .broker(url.toString())
            .caFile(url.ca())
            .credentialFile(pilots) // Until it has its own.
            .build();
    return new Pilot(this, new StartPilot(pilots, brokers.own(), launchers).start(request));
  }

  /**
   * A pilot of this home, whatever has become of it.
   *
   * @throws UnknownPilot when none of that name was ever started here
   */
  public Pilot find(PilotName name) throws UnknownPilot, IOException {
    return PilotDirectory.all(pilots).stream()
        .filter(known -> known.name().equals(name))
        .findAny()
        .map(known -> new Pilot(this, known))
        .orElseThrow(() -> new UnknownPilot("there is no pilot " + name));
  }

  /**
   * All that live or failed, by name: those of this home, and those of other homes whose agents the
   * broker hears of. Schedulers are asked for all together, every 30 s at most.
   */
  public List<PilotState> list() throws QTauException, IOException, InterruptedException {
    Heartbeats heartbeats = heartbeats();
    return PilotStates.all(ends().states(PilotDirectory.all(pilots)), heartbeats);
  }

  PilotState state(Allocation pilot) throws QTauException, IOException, InterruptedException {
    List<AgentState> heartbeats = agents(pilot.name());
    Map<Allocation, AllocationState> told = ends().states(List.of(pilot));
    return PilotStates.ofHome(pilot, told.get(pilot), heartbeats);
  }

  /** The last heartbeats of a pilot's agents that have not left, by number; of any home. */
  public List<AgentState> agents(PilotName pilot) throws QTauException, InterruptedException {
    return heartbeats().of(pilot);
  }

  private Heartbeats heartbeats() throws QTauException, InterruptedException {
    return Heartbeats.of(brokers.own().agents());
  }

  private PilotEnds ends() {
    return new PilotEnds(launchers, brokers, notices);
  }

  /**
   * Lets a pilot of any home go when what it runs has ended: it takes nothing new. Agents that are
   * away now obey when they are back.
   *
   * @return the broker's new line of it
   * @throws UnknownPilot when the broker does not know it; of one that has ended it does for a week
   */
  public PilotRecord drain(PilotName pilot)
      throws QTauException, UnknownPilot, InterruptedException {
    QTau broker = brokers.own();
    if (agents(pilot).isEmpty()
        && broker.pilots().list().stream().noneMatch(line -> line.pilot().equals(pilot))) {
      throw new UnknownPilot("the broker knows no pilot " + pilot);
    }
    return broker.pilots().drain(pilot);
  }

  /**
   * Waits for the broker's word that a pilot of any home has ended. When its agents were killed the
   * broker may not know that before somebody looks at the pilot, as with {@link Pilot#awaitEnd}. A
   * broker that is away is waited for as long.
   *
   * @param timeout so long at most; null = without limit
   * @return its line then; empty = it has not ended in time
   */
  public Optional<PilotRecord> awaitEnd(PilotName pilot, @Nullable Duration timeout)
      throws QTauException, InterruptedException {
    return brokers.at(brokers.url()).pilots().awaitEnd(pilot, timeout);
  }

  /** Stops some together: see {@link Pilot#stop}. */
  public void stop(Collection<Pilot> some) throws LaunchFailed, IOException, InterruptedException {
    stop(some, stopped -> {});
  }

  /**
   * The same.
   *
   * @param stopped hears of each that had not ended in good order before, when none of its agents
   *     runs any more
   * @throws LaunchFailed when one of them could not be ended: that says which, and the exceptions
   *     that it suppresses say which others; the rest has ended
   */
  public void stop(Collection<Pilot> some, Consumer<Pilot> stopped)
      throws LaunchFailed, IOException, InterruptedException {
    stops()
        .stop(
            some.stream().map(Pilot::allocation).distinct().toList(),
            pilot -> stopped.accept(new Pilot(this, pilot)));
  }

  /**
   * The same for all of this home that have not ended in good order. Those that have lose the
   * credential that they may have left.
   */
  public void stopAll(Consumer<Pilot> stopped)
      throws LaunchFailed, IOException, InterruptedException {
    List<Allocation> all = PilotDirectory.all(pilots);
    Map<Allocation, AllocationState> states = launchers.states(all);
    List<Pilot> living = new ArrayList<>();
    for (Allocation pilot : all) {
      if (!StopPilots.isDone(states.get(pilot))) {
        living.add(new Pilot(this, pilot));
      } else if (!pilot.directory().isBeingStarted()) {
        stops().dismiss(pilot, LoginFiles.of(pilot).all());
      }
    }
    stop(living, stopped);
  }

  private StopPilots stops() {
    return new StopPilots(launchers, brokers, notices);
  }

  List<Said> said(Allocation pilot) throws IOException {
    return launchers.said(pilot);
  }

  /** Ends the connections; all pilots stay. Does nothing the second time. */
  @Override
  public void close() {
    brokers.close();
    launchers.close();
  }
}
