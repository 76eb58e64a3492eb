package io.qtau.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.messaging.Jms;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitIT {
  @TempDir Path data;
  private TestBroker broker;
  private QTau qtau;

  @BeforeEach
  void connect() throws Exception {
    broker = new TestBroker(data);
    qtau = broker.client();
  }

  @AfterEach
  void close() throws Exception {
    qtau.close();
    broker.close();
  }

  static TaskDescription noop(String id) {
    return TaskDescription.of(new Payload.Noop()).id(id).build();
  }

  static TaskDescription noop() {
    return TaskDescription.of(new Payload.Noop()).build();
  }

  static List<TaskDescription> noops(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> noop(prefix + i)).toList();
  }

  private int queued() throws Exception {
    return FakeAgent.depth(broker.factory(), FakeAgent.LANE);
  }

  @Test
  void oneTaskIsAcceptedAndItsHandleCompletes() throws Exception {
    try (FakeAgent agent = new FakeAgent(broker.factory());
        Session session = qtau.newSession()) {
      TaskHandle handle = session.submit(noop("one"));
      assertThat(handle.id()).isEqualTo(new TaskId("one"));
      assertThat(handle.get(10, TimeUnit.SECONDS).succeeded()).isTrue();
      assertThat(session.submit(noop()).get(10, TimeUnit.SECONDS).timeline().settled()).isNotNull();
      assertThat(session.state().accepted()).isEqualTo(2);
    }
  }

  @Test
  void manyTasksHaveHandlesInTheirOrder() throws Exception {
    try (FakeAgent agent = new FakeAgent(broker.factory());
        Session session = qtau.newSession()) {
      List<TaskHandle> handles = session.submitAll(noops("t", 1_234));
      assertThat(handles).extracting(h -> h.id().value()).startsWith("t0", "t1").hasSize(1_234);
      for (TaskHandle handle : handles) {
        assertThat(handle.get(30, TimeUnit.SECONDS).id()).isEqualTo(handle.id());
      }
      assertThat(session.state().accepted()).isEqualTo(1_234);
    }
  }

  @Test
  void aStreamTellsWhatIsAcceptedSoFar() throws Exception {
    List<Long> told = new ArrayList<>();
    try (Session session = qtau.newSession()) {
      Receipt receipt = session.submit(noops("t", 1_200).iterator(), told::add);
      assertThat(receipt).isEqualTo(new Receipt(session.name(), 1_200));
      assertThat(told).containsExactly(500L, 1_000L, 1_200L);
      session.seal();
      session.seal();
      assertThat(session.state())
          .isEqualTo(new SessionState(session.name(), 1_200, 0, 0, 1, true, false));
      assertThatThrownBy(() -> session.submit(noops("u", 1).iterator(), told::add))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(queued()).isEqualTo(1_200);
  }

  @Test
  void aLargeStreamIsCutBySizeToo() throws Exception {
    String big = "x".repeat(300_000);
    List<Long> told = new ArrayList<>();
    try (Session session = qtau.newSession()) {
      var tasks = IntStream.range(0, 6).mapToObj(i -> TaskDescription.exec("echo", big).build());
      session.submit(tasks.iterator(), told::add);
    }
    assertThat(told).containsExactly(4L, 6L);
    // A browser of large messages may come to its end too early.
    Awaitility.await("six tasks are queued").untilAsserted(() -> assertThat(queued()).isEqualTo(6));
  }

  @Test
  void anIdTwiceInOneCallIsRefusedBeforeAnythingIsSent() throws Exception {
    List<TaskDescription> tasks = new ArrayList<>(noops("t", 700));
    tasks.add(noop("t3"));
    try (Session session = qtau.newSession()) {
      assertThatThrownBy(() -> session.submitAll(tasks))
          .isInstanceOf(DuplicateTask.class)
          .hasMessageContaining("t3");
      assertThat(session.submitAll(noops("t", 700))).hasSize(700);
    }
    assertThat(queued()).isEqualTo(700);
  }

  @Test
  void anIdTwiceInAStreamIsRefusedWithItsBatch() throws Exception {
    List<TaskDescription> tasks = new ArrayList<>(noops("t", 700));
    tasks.add(noop("t3"));
    try (Session session = qtau.newSession()) {
      var e =
          catchThrowableOfType(
              DuplicateTask.class, () -> session.submit(tasks.iterator(), sofar -> {}));
      assertThat(e.accepted()).isEqualTo(500);
      assertThat(session.state().accepted()).isEqualTo(500);
      assertThat(session.submit(noops("t", 700).subList(500, 700).iterator(), s -> {}).accepted())
          .isEqualTo(200);
    }
    assertThat(queued()).isEqualTo(700);
  }

  @Test
  void anIdThatAnotherClientUsedIsRefusedWithItsBatchAndNamed() throws Exception {
    try (Session session = qtau.newSession("twice")) {
      session.submit(noops("t", 10).iterator(), sofar -> {});
    }
    try (QTau other = broker.client();
        Session session = other.session("twice")) {
      List<TaskDescription> tasks = new ArrayList<>(noops("u", 10));
      tasks.add(noop("t3"));
      assertThatThrownBy(() -> session.submit(tasks.iterator(), sofar -> {}))
          .isInstanceOf(DuplicateTask.class)
          .hasMessageContaining("the id t3 was used before in the session twice");
      assertThat(session.submit(noops("u", 10).iterator(), sofar -> {}).accepted()).isEqualTo(10);
      assertThat(session.state().accepted()).isEqualTo(20);
      assertThat(session.state().writers()).isEqualTo(2);
    }
    assertThat(queued()).isEqualTo(20);
  }

  @Test
  void twoSessionsMayUseTheSameIds() throws Exception {
    try (Session a = qtau.newSession();
        Session b = qtau.newSession()) {
      a.submitAll(List.of(noop("same")));
      b.submitAll(List.of(noop("same")));
    }
    assertThat(queued()).isEqualTo(2);
  }

  @Test
  void aBrokerThatRestartsGetsEveryTaskOnce() throws Exception {
    int count = 10_000;
    List<Long> told = new ArrayList<>();
    try (Session session = qtau.newSession()) {
      var restarter =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 3; i++) {
                    TimeUnit.MILLISECONDS.sleep(250);
                    broker.restart();
                  }
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      restarter.start();
      var slow = noops("t", count).stream().peek(SubmitIT::pauseAtTimes).iterator();
      session.submit(slow, told::add);
      restarter.join();
      session.seal();
      assertThat(session.state().accepted()).isEqualTo(count);
      assertThat(session.state().allSealed()).isTrue();
    }
    assertThat(told).contains((long) count);
    assertThat(queued()).isEqualTo(count);
  }

  private static void pauseAtTimes(TaskDescription task) {
    if (task.requireId().value().endsWith("00")) {
      try {
        TimeUnit.MILLISECONDS.sleep(25);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void aWrongPasswordIsRefused() {
    assertThatThrownBy(() -> QTau.connect(broker.url(), Credential.of("owner", "wrong")))
        .isInstanceOf(CredentialRefused.class)
        .hasMessageNotContaining("wrong");
  }

  @Test
  void nobodyThereIsToldAtOnce() {
    assertThatThrownBy(() -> QTau.connect(new BrokerUrl("127.0.0.1", 1), TestBroker.OWNER))
        .isInstanceOf(BrokerUnavailable.class);
  }

  @Test
  void aBrokerThatStaysAwayEndsThePatience() throws Exception {
    Session session = qtau.withPatience(Duration.ofMillis(500)).newSession();
    session.submitAll(List.of(noop("a")));
    broker.close();
    var e = catchThrowableOfType(BrokerUnavailable.class, () -> session.submit(noop("b")));
    assertThat(e.accepted()).isZero();
    broker.start();
    if (e.uncertain() == 0) {
      session.submitAll(List.of(noop("b")));
    }
    session.seal();
    assertThat(session.state().accepted()).isEqualTo(2);
    assertThat(queued()).isEqualTo(2);
    session.close();
  }

  @Test
  void anInterruptEndsTheWaitingForABroker() throws Exception {
    Session session = qtau.newSession();
    broker.close();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> session.submit(noop("b"))).isInstanceOf(InterruptedException.class);
    session.close();
    broker.start();
  }

  @Test
  void aFactoryOfTheCallersOwnDoesAsWell() throws Exception {
    try (FakeAgent agent = new FakeAgent(broker.factory());
        QTau own = QTau.connect(Jms.factory(broker.url(), TestBroker.OWNER));
        Session session = own.newSession()) {
      assertThat(session.submit(noop()).get(10, TimeUnit.SECONDS).succeeded()).isTrue();
    }
  }

  @Test
  void closingKeepsTheInterruptAndGivesUpTheHandles() throws Exception {
    Session session = qtau.newSession();
    TaskHandle handle = session.submit(noop("a"));
    Thread.currentThread().interrupt();
    session.close();
    session.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(handle).isCompletedExceptionally();
    try (Session again = qtau.attach(session.name().value())) {
      assertThat(again.state().allSealed()).isTrue();
    }
  }

  @Test
  void namesAreTakenOnceAndUnknownOnesCannotBeAttached() throws Exception {
    assertThatThrownBy(() -> qtau.attach("nowhere")).isInstanceOf(UnknownSession.class);
    try (Session session = qtau.newSession("a_b")) {
      session.submitAll(List.of(noop()));
    }
    assertThatThrownBy(() -> qtau.newSession("a_b")).isInstanceOf(SessionExists.class);
    assertThatThrownBy(() -> qtau.attach("axb")).isInstanceOf(UnknownSession.class);
  }

  @Test
  void twentyThousandTasksGoInQuickly() throws Exception {
    try (Session session = qtau.newSession()) {
      for (int round = 0; round < 3; round++) {
        long begin = System.nanoTime();
        var tasks = IntStream.range(0, 20_000).mapToObj(i -> noop()).iterator();
        session.submit(tasks, sofar -> {});
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf("submitted 20000 in %.2f s: %.0f/s%n", seconds, 20_000 / seconds);
      }
      assertThat(session.state().accepted()).isEqualTo(60_000);
    }
  }
}
