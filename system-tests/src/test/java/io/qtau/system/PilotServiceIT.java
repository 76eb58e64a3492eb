package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.broker.OwnerCredential;
import io.qtau.client.Home;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.launcher.LaunchFailed;
import io.qtau.launcher.NameInUse;
import io.qtau.launcher.PilotPhase;
import io.qtau.launcher.PilotRequest;
import io.qtau.launcher.PilotRequestBuilder;
import io.qtau.launcher.ResourceUrl;
import io.qtau.pilot.Pilot;
import io.qtau.pilot.PilotEnded;
import io.qtau.pilot.PilotService;
import io.qtau.pilot.PilotState;
import io.qtau.pilot.UnknownPilot;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.PilotName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pilots that a Java program starts, watches and ends by itself. */
class PilotServiceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path home;
  private PilotSite site;
  private PilotService pilots;

  @BeforeEach
  void open() throws Exception {
    site = new PilotSite(home);
    pilots = PilotService.open(home, site.broker().url(), OwnerCredential.obtain(home));
  }

  @AfterEach
  void close() throws Exception {
    pilots.close();
    site.close();
  }

  private static PilotRequestBuilder local(String name) {
    return PilotRequest.on(ResourceUrl.LOCAL).name(new PilotName(name)).cores(1);
  }

  private List<String> logins(String pilot) throws Exception {
    return Logins.of(site.broker().url(), home).stream()
        .filter(user -> user.startsWith("pilot." + pilot + "."))
        .toList();
  }

  private Path files(String pilot) {
    return home.resolve("pilots").resolve(pilot);
  }

  @Test
  void aPilotRunsTasksOfItsPoolAndLeavesWhenItIsDrained() throws Exception {
    Pilot pilot = pilots.start(local("one"));
    assertThatThrownBy(() -> pilot.awaitReady(Duration.ZERO))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("0 of its 1 agents are ready")
        .hasMessageEndingWith("it goes on");
    PilotState ready = pilot.awaitReady(PATIENCE);
    assertThat(ready.phase()).isEqualTo(PilotPhase.READY);
    assertThat(ready.agents()).hasSize(1);
    assertThat(pilots.list()).extracting(PilotState::name).containsExactly(pilot.name());

    assertThatThrownBy(() -> pilots.start(local("one"))).isInstanceOf(NameInUse.class);
    assertThat(logins("one")).as("of the one that lives").hasSize(1);
    assertThat(files("one")).isDirectoryContaining("glob:**/credential." + life("one"));

    try (Session session = site.client().newSession("s")) {
      Path done = home.resolve("done");
      String waits = "until [ -e " + done + " ]; do sleep 0.05; done";
      TaskHandle task = session.submit(site.program("t", waits).pool(pilot.pool()).build());
      site.awaitStarted("t 1");
      pilot.drain();
      assertThatThrownBy(() -> pilot.awaitEnd(Duration.ofMillis(300)))
          .isInstanceOf(TimeoutException.class);
      Files.createFile(done);
      assertThat(PilotSite.told(task)).isEqualTo("SUCCESS one 1 0");
    }
    assertThat(pilot.awaitEnd(PATIENCE).phase()).isEqualTo(PilotPhase.DONE);
    assertThatThrownBy(() -> pilot.awaitReady(null)).isInstanceOf(PilotEnded.class);
    assertThat(pilots.list()).isEmpty();
    assertThat(logins("one")).isEmpty();
    assertThat(pilot.said()).anyMatch(said -> said.text().contains("leaves: its pilot drains"));
  }

  private String life(String pilot) throws Exception {
    String login = logins(pilot).get(0);
    return login.substring(login.lastIndexOf('.') + 1);
  }

  @Test
  void whatCannotBeStartedLeavesNothing() throws Exception {
    assertThatThrownBy(() -> pilots.start(local("bad").tunnel(true)))
        .isInstanceOf(InvalidField.class);
    assertThat(files("bad")).doesNotExist();
    PilotRequestBuilder nowhere =
        PilotRequest.on(ResourceUrl.parse("ssh://127.0.0.1:1")).name(new PilotName("bad"));
    assertThatThrownBy(() -> pilots.start(nowhere))
        .isInstanceOf(LaunchFailed.class)
        .hasMessageContaining("cannot reach 127.0.0.1");
    assertThat(files("bad")).isDirectoryNotContaining("glob:**/credential*");
    assertThat(logins("bad")).isEmpty();
    assertThatThrownBy(() -> pilots.find(new PilotName("bad"))).isInstanceOf(UnknownPilot.class);
    assertThatThrownBy(() -> pilots.drain(new PilotName("nobody")))
        .isInstanceOf(UnknownPilot.class)
        .hasMessageContaining("nobody");
  }

  @Test
  void severalAreStoppedTogetherAlsoWithoutACredential() throws Exception {
    Pilot named = pilots.start(local("named"));
    Pilot nameless = pilots.start(PilotRequest.on(ResourceUrl.LOCAL).cores(1));
    named.awaitReady(PATIENCE);
    nameless.awaitReady(PATIENCE);
    List<Pilot> stopped = new ArrayList<>();
    pilots.stop(List.of(named), stopped::add);
    assertThat(stopped).containsExactly(named);
    assertThat(named.state().phase()).isEqualTo(PilotPhase.DONE);
    assertThat(logins("named")).isEmpty();

    Files.delete(OwnerCredential.file(home));
    List<String> notices = new ArrayList<>();
    try (PilotService later = PilotService.open(Home.in(home)).withNotices(notices::add)) {
      assertThatThrownBy(later::list).hasMessageContaining("broker.json");
      assertThat(later.find(nameless.name()).name()).isEqualTo(nameless.name());
      stopped.clear();
      later.stopAll(stopped::add);
    }
    assertThat(stopped).extracting(Pilot::name).containsExactly(nameless.name());
    assertThat(notices)
        .anyMatch(notice -> notice.startsWith("pilot " + nameless + " stops without its broker"))
        .anyMatch(notice -> notice.contains("still knows the credential of pilot " + nameless));
    assertThat(files(nameless.toString())).isDirectoryNotContaining("glob:**/credential*");
  }

  @Test
  void theProgramOfThePageDoesWhatItSays() throws Exception {
    Matcher program =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/pilots-from-java.md")));
    assertThat(program.find()).isTrue();
    Path source = Files.writeString(home.resolve("Study.java"), program.group(1));
    Commands.Ended ended = site.qtau().java(source.toString());
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).matches("local-[0-9a-v]{4} is READY\n25 of 25 succeeded\n");
    assertThat(pilots.list()).isEmpty();
  }
}
