package io.qtau.client;

import static io.qtau.client.SubmitIT.noop;
import static io.qtau.client.SubmitIT.noops;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadIT {
  @TempDir Path data;
  private TestBroker broker;
  private QTau qtau;
  private FakeAgent agent;

  @BeforeEach
  void connect() throws Exception {
    broker = new TestBroker(data);
    qtau = broker.client();
    agent = new FakeAgent(broker.factory());
  }

  @AfterEach
  void close() throws Exception {
    agent.close();
    qtau.close();
    broker.close();
  }

  private String submitted(List<TaskDescription> tasks) throws Exception {
    try (Session session = qtau.newSession()) {
      session.submit(tasks.iterator(), sofar -> {});
      return session.name().value();
    }
  }

  private void awaitResults(String session, int count) {
    Awaitility.await("the agent answers")
        .atMost(Duration.ofSeconds(30))
        .until(() -> FakeAgent.depth(broker.factory(), "qtau.result." + session) == count);
  }

  @Test
  void aSecondClientGetsEveryResultOnce() throws Exception {
    List<TaskDescription> tasks = new ArrayList<>(noops("t", 2_500));
    tasks.add(noop("fail-1"));
    String name = submitted(tasks);
    List<TaskResult> got = new ArrayList<>();
    try (QTau other = broker.client();
        Session session = other.attach(name)) {
      session.read(got::addAll, () -> got.size() >= 2_501);
      SessionState state = session.state();
      assertThat(state.done()).isTrue();
      assertThat(state.notSuccessful()).isEqualTo(1);
    }
    assertThat(got).extracting(r -> r.id().value()).doesNotHaveDuplicates().hasSize(2_501);
    assertThat(got)
        .allSatisfy(r -> assertThat(r.timeline().collected()).isGreaterThan(1_700_000_000_000_000L))
        .allSatisfy(r -> assertThat(r.timeline().settled()).isGreaterThan(1_700_000_000_000_000L));
    assertThat(FakeAgent.depth(broker.factory(), "qtau.result." + name)).isZero();
  }

  @Test
  void aSecondReaderAtTheSameTimeIsRefused() throws Exception {
    String name = submitted(noops("t", 10));
    List<TaskResult> got = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean enough = new AtomicBoolean();
    try (Session owner = qtau.attach(name);
        QTau other = broker.client();
        Session second = other.attach(name)) {
      Thread reading = new Thread(() -> read(owner, got, enough));
      reading.start();
      Awaitility.await("the first reader reads").until(() -> got.size() == 10);
      assertThatThrownBy(() -> second.read(got::addAll, () -> false))
          .isInstanceOf(SessionInUse.class)
          .hasMessageContaining(name);
      enough.set(true);
      reading.join();
      second.read(got::addAll, () -> true);
    }
    assertThat(got).hasSize(10);
  }

  private static void read(Session session, List<TaskResult> into, AtomicBoolean enough) {
    try {
      session.read(into::addAll, enough::get);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSinkThatFailsLeavesAllResultsWithTheBroker() throws Exception {
    String name = submitted(noops("t", 50));
    awaitResults(name, 50);
    try (Session session = qtau.attach(name)) {
      ResultSink full =
          results -> {
            throw new IOException("no space left");
          };
      assertThatThrownBy(() -> session.read(full, () -> false))
          .isInstanceOf(IOException.class)
          .hasMessage("no space left");
      assertThat(session.state().taken()).isZero();
      List<TaskResult> got = new ArrayList<>();
      session.read(got::addAll, () -> got.size() >= 50);
      assertThat(got).hasSize(50);
      assertThat(session.state().taken()).isEqualTo(50);
    }
  }

  @Test
  void aReaderGoesOnOverRestartsAndCountsDistinctResults() throws Exception {
    String name = submitted(noops("t", 3_000));
    List<TaskResult> got = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean restarted = new AtomicBoolean();
    try (Session session = qtau.attach(name)) {
      ResultSink sink =
          results -> {
            got.addAll(results);
            if (got.size() > 500 && restarted.compareAndSet(false, true)) {
              restart();
            }
          };
      session.read(sink, () -> got.size() >= 3_000);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
      session.read(sink, () -> System.nanoTime() > end);
      assertThat(session.state().taken()).isEqualTo(3_000);
      assertThat(session.state().done()).isTrue();
    }
    assertThat(got).extracting(r -> r.id().value()).doesNotHaveDuplicates().hasSize(3_000);
  }

  private void restart() throws IOException {
    try {
      broker.restart();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  @Test
  void handlesCompleteOverARestart() throws Exception {
    try (Session session = qtau.newSession()) {
      List<TaskHandle> before = session.submitAll(noops("a", 300));
      broker.restart();
      List<TaskHandle> after = session.submitAll(noops("b", 300));
      for (TaskHandle handle : before) {
        handle.get(30, TimeUnit.SECONDS);
      }
      for (TaskHandle handle : after) {
        handle.get(30, TimeUnit.SECONDS);
      }
      assertThat(session.state().accepted()).isEqualTo(600);
    }
  }

  @Test
  void handlesAreRefusedWhereTheyWouldSwallowOtherResults() throws Exception {
    String name = submitted(noops("t", 5));
    try (Session session = qtau.session(name)) {
      assertThatThrownBy(() -> session.submit(noop("u")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("read() them first");
      List<TaskResult> got = new ArrayList<>();
      session.read(got::addAll, () -> got.size() >= 5);
    }
    try (Session session = qtau.session(name)) {
      assertThat(session.submit(noop("u")).get(10, TimeUnit.SECONDS).succeeded()).isTrue();
    }
  }

  @Test
  void oneSessionObjectGoesOneWayToItsResults() throws Exception {
    try (Session session = qtau.newSession()) {
      session.submit(noop()).get(10, TimeUnit.SECONDS);
      assertThatThrownBy(() -> session.read(results -> {}, () -> true))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> session.submit(noops("t", 1).iterator(), sofar -> {}))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
