package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What launchers really write, taken apart. */
class RankStreamsTest {
  @TempDir Path directory;
  private final RankReport report = new RankReport("0123456789abcdef");

  private RankStreams read(RankLabels labels, int ranks, String text) throws Exception {
    Path file = Files.writeString(directory.resolve("stream"), text, StandardCharsets.UTF_8);
    RankStreams stream = new RankStreams(labels, report, ranks, 400);
    stream.read(file);
    return stream;
  }

  @Test
  void eachRankHasItsOwnLines() throws Exception {
    RankStreams stream =
        read(
            RankLabels.OPEN_MPI,
            2,
            "[1,1]<stdout>:one ü\n[1,0]<stdout>:zero\nmpirun says something\n[1,1]<stdout>:more\n");
    assertThat(stream.of(0).text()).isEqualTo("zero\n");
    assertThat(stream.of(1).text()).isEqualTo("one ü\nmore\n");
    assertThat(stream.launcher()).isEqualTo("mpirun says something");
    assertThat(stream.merged(directory).text())
        .isEqualTo("[1] one ü\n[0] zero\nmpirun says something\n[1] more\n");
  }

  @Test
  void partsOfLinesOfSeveralRanksMayBeOnOneLine() throws Exception {
    RankStreams open =
        read(
            RankLabels.OPEN_MPI,
            2,
            "[1,0]<stdout>:par[1,1]<stdout>:foo\n[1,0]<stdout>:tial\n[1,1]<stdout>:no end");
    assertThat(open.of(0).text()).isEqualTo("partial\n");
    assertThat(open.of(1).text()).isEqualTo("foo\nno end");
    RankStreams mpich =
        read(RankLabels.MPICH, 2, "\036rank 0\036a\036rank 1\036b\n\036rank 0\036c\n");
    assertThat(mpich.of(0).text()).isEqualTo("ac\n");
    assertThat(mpich.of(1).text()).isEqualTo("b\n");
  }

  @Test
  void srunLabelsTheBeginningOfALineOnly() throws Exception {
    RankStreams stream =
        read(RankLabels.SRUN, 12, " 3: at 10: 20\n11: end\nsrun: error: node1: task 3: Killed\n");
    assertThat(stream.of(3).text()).isEqualTo("at 10: 20\n");
    assertThat(stream.of(11).text()).isEqualTo("end\n");
    assertThat(stream.launcher()).isEqualTo("srun: error: node1: task 3: Killed");
  }

  @Test
  void whatRanksTellOfThemselvesIsNotTheirOutput() throws Exception {
    RankStreams stream =
        read(
            RankLabels.OPEN_MPI,
            3,
            "[1,0]<stderr>:\036"
                + "0123456789abcdef begun 10.50 node1\n"
                + "[1,2]<stderr>:\036"
                + "0123456789abcdef begun 10.60 node2\n"
                + "[1,2]<stderr>:no newline\036"
                + "0123456789abcdef ended 12.00 9\n"
                + "[1,0]<stderr>:\036"
                + "0123456789abcdef ended 12.10 143\n"
                + "[1,0]<stderr>:\036"
                + "fedcba9876543210 ended 12.10 3\n");
    assertThat(stream.of(2).text()).isEqualTo("no newline");
    assertThat(stream.of(0).text()).as("of another program").contains("fedcba");
    assertThat(report.failed()).containsExactly(new RankReport.End(2, 9, 12.0));
    assertThat(report.host(2)).isEqualTo("node2");
    assertThat(report.begun()).isEqualTo(10.5);
    assertThat(report.ended()).isEqualTo(12.1);
    assertThat(report.count()).isEqualTo(2);
  }

  @Test
  void ofMuchTheBeginningAndTheEndStay() throws Exception {
    RankStreams stream = read(RankLabels.SRUN, 1, "0: first\n" + "0: line\n".repeat(1000));
    assertThat(stream.of(0).truncated()).isTrue();
    assertThat(stream.of(0).bytes()).isEqualTo(6 + 5 * 1000);
    assertThat(stream.of(0).text())
        .startsWith("first\nline\n")
        .contains("4606 bytes left out")
        .endsWith("line\nline\n");
  }
}
