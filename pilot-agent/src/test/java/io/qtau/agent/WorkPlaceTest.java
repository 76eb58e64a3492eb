package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.protocol.Output;
import io.qtau.protocol.Payload;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkPlaceTest {
  private static final String LIFE = "0badcafe";

  @TempDir Path pilot;
  @TempDir Path node;

  /** On another file system than the pilot, as on a node. */
  private final Path memory = Path.of("/dev/shm/qtau-test-" + ProcessHandle.current().pid());

  @AfterEach
  void removeMemory() throws Exception {
    new ProcessBuilder("rm", "-rf", memory.toString()).start().waitFor();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nfs", "nfs4", "lustre", "gpfs", "beegfs", "fuse.sshfs", "NFS4"})
  void thatOfANetworkIsShared(String type) {
    assertThat(WorkPlace.isShared(type)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "tmpfs", "overlay", "btrfs", "zfs", "fuseblk"})
  void thatOfANodeIsNot(String type) {
    assertThat(WorkPlace.isShared(type)).isFalse();
  }

  @Test
  void besideThePilotNothingMoves() throws Exception {
    for (Map<String, String> variables :
        List.of(Map.<String, String>of(), Map.of(WorkPlace.VARIABLE, "pilot"))) {
      WorkPlace place = WorkPlace.of(pilot, LIFE, variables);
      assertThat(place.near()).isEqualTo(pilot.resolve("work")).isEqualTo(place.kept());
      assertThat(place.temporary()).isNull();
    }
  }

  @Test
  void aDirectoryOfTheNodeHasAPrivateOneForEachAgent() throws Exception {
    WorkPlace place = WorkPlace.of(pilot, LIFE, Map.of(WorkPlace.VARIABLE, node.toString()));
    assertThat(place.near().getParent()).isEqualTo(node);
    assertThat(place.near().getFileName().toString()).startsWith("qtau-" + LIFE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.near())))
        .isEqualTo("rwx------");
    assertThat(place.kept()).isEqualTo(pilot.resolve("work"));
    assertThat(place.temporary()).isEqualTo(place.near());
  }

  @Test
  void oneThatIsNotThereIsToldByItsNameAndVariable() {
    Map<String, String> variables = Map.of(WorkPlace.VARIABLE, node.resolve("none").toString());
    assertThatThrownBy(() -> WorkPlace.of(pilot, LIFE, variables))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(node + "/none, where attempts were to run (QTAU_WORK)");
  }

  @Test
  void whatAnAttemptHasLeftIsKeptBesideThePilotAndNamedThere() throws Exception {
    Execution execution = execution(memory.resolve("s/t/1"));
    Path work = Files.createDirectories(execution.directory().resolve("work/deep"));
    Files.writeString(work.resolve("a b"), "left");
    Path stdout = Files.writeString(execution.directory().resolve("stdout"), "all of it");
    Output cut = new Output("a", 9, true, stdout.toString());

    Outcome kept = WorkPlace.keep(execution, Outcome.DONE.with(cut, Output.NONE));

    Path place = pilot.resolve("work/s/t/1");
    assertThat(place.resolve("work/deep/a b")).hasContent("left");
    assertThat(kept.stdout().path()).isEqualTo(place.resolve("stdout").toString());
    assertThat(Path.of(Objects.requireNonNull(kept.stdout().path()))).hasContent("all of it");
    assertThat(kept.stderr()).isEqualTo(Output.NONE);
    assertThat(memory.resolve("s/t")).doesNotExist();
  }

  /** A worker's: its directory is another task's next time, but for one that has left files. */
  @Test
  void forALinkItIsTheDirectoryBehindIt() throws Exception {
    Execution execution = execution(memory.resolve("s/t/1"));
    Path scratch = Files.createDirectories(memory.resolve("s/.worker-0"));
    Files.writeString(scratch.resolve("file"), "left");
    Files.createDirectories(execution.directory());
    Files.createSymbolicLink(execution.directory().resolve("work"), scratch);

    Outcome unused = WorkPlace.keep(execution, Outcome.DONE);

    Path work = pilot.resolve("work/s/t/1/work");
    assertThat(Files.isSymbolicLink(work)).isFalse();
    assertThat(work.resolve("file")).hasContent("left");
    assertThat(scratch).doesNotExist();
    assertThat(memory.resolve("s/t")).doesNotExist();
  }

  @Test
  void whatIsThereOfAnEarlierExecutionStays() throws Exception {
    for (String text : List.of("first", "second")) {
      Execution execution = execution(memory.resolve("s/t/1"));
      Path work = Files.createDirectories(execution.directory().resolve("work"));
      Files.writeString(work.resolve("file"), text);
      assertThat(WorkPlace.keep(execution, Outcome.DONE).success()).isTrue();
    }
    assertThat(pilot.resolve("work/s/t/1/work/file")).hasContent("second");
    assertThat(pilot.resolve("work/s/t/1/work.~1~/file")).hasContent("first");
  }

  @Test
  void whatCannotBeKeptIsNoSuccess() throws Exception {
    Files.writeString(pilot.resolve("work"), "no directory");
    Execution execution = execution(memory.resolve("s/t/1"));
    Files.createDirectories(execution.directory());
    Files.writeString(execution.directory().resolve("stdout"), "all of it");
    Outcome lost = WorkPlace.keep(execution, Outcome.DONE);
    assertThat(lost.success()).isFalse();
    assertThat(Objects.requireNonNull(lost.error()).type()).isEqualTo("OutputLost");
    assertThat(lost.error().message())
        .contains("what it has left in " + memory, "cannot be kept in " + pilot);
    Outcome failed = Outcome.failed("ExitCode", "it ended with 1");
    assertThat(WorkPlace.keep(execution, failed)).isSameAs(failed);
  }

  @Test
  void anAttemptThatLeavesNothingTouchesNothing() throws Exception {
    Execution execution = execution(memory.resolve("s/t/1"));
    assertThat(WorkPlace.keep(execution, Outcome.DONE)).isSameAs(Outcome.DONE);
    assertThat(pilot.resolve("work")).doesNotExist();
  }

  private Execution execution(Path directory) {
    return new Execution(
        new TaskKey(new SessionName("s"), new TaskId("t")),
        1,
        TaskDescription.of(new Payload.Noop()).build(),
        directory,
        pilot.resolve("work/s/t/1"),
        new Slots(1000, List.of(), List.of(), 0, Map.of()));
  }
}
