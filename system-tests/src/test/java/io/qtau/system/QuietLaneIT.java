package io.qtau.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.LaneRecord;
import io.qtau.protocol.Payload;
import io.qtau.protocol.Properties;
import io.qtau.protocol.Resources;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.WireFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lanes that have been empty for long are left by the agent, go, and come again. */
class QuietLaneIT {
  /** How long each of these lasts here, in ms. */
  private static final Map<String, String> SOON =
      Map.of("qtau.lane.quiet.ms", "400", "qtau.lane.empty.ms", "300", "qtau.lane.scan.ms", "100");

  private static final String BODY =
      "{\"v\":1,\"id\":\"late\",\"kind\":\"noop\",\"resources\":{\"cores\":2}}";

  private static final String LANE = "qtau.task.shared.c2";

  @TempDir Path home;
  private LocalSite site;

  @BeforeEach
  void start() throws Exception {
    SOON.forEach(System::setProperty);
    site = new LocalSite(home, 2);
  }

  @AfterEach
  void stop() throws Exception {
    SOON.keySet().forEach(System::clearProperty);
    site.close();
  }

  private static TaskDescription task(int milliCores) {
    return TaskDescription.of(new Payload.Noop())
        .resources(new Resources(milliCores, 0, 0, 1, Map.of()))
        .build();
  }

  private static void awaitGone(Queues queues, String lane) {
    Awaitility.await(lane + " is gone")
        .atMost(1, TimeUnit.MINUTES)
        .until(() -> !queues.exists(lane));
  }

  @Test
  void itGoesAndComesAgainWithItsNextTask() throws Exception {
    try (QTau client = site.client();
        Session session = client.newSession();
        Queues queues = new Queues(site, home)) {
      for (int i = 0; i < 2; i++) {
        assertThat(session.submit(task(2_000)).get(30, TimeUnit.SECONDS).succeeded()).isTrue();
        assertThat(queues.exists(LANE)).isTrue();
        awaitGone(queues, LANE);
      }
      assertThat(queues.exists(Queues.LANE)).as("the first lane stays").isTrue();
    }
  }

  @Test
  void aTaskThatComesWhileTheLaneIsLeftRunsAllTheSame() throws Exception {
    Random random = new Random(17);
    try (QTau client = site.client();
        Session session = client.newSession()) {
      for (int i = 0; i < 20; i++) {
        assertThat(session.submit(task(2_000)).get(30, TimeUnit.SECONDS).succeeded()).isTrue();
        // About when the agent leaves the lane, or the broker removes it.
        TimeUnit.MILLISECONDS.sleep(380 + random.nextInt(500));
      }
    }
  }

  @Test
  void aLaneThatWentAsTheAgentCameCostsItNothing() throws Exception {
    try (QTau client = site.client();
        Session session = client.newSession();
        Queues queues = new Queues(site, home);
        CoreConnection foreign = CoreConnection.open(site.url(), OwnerCredential.obtain(home))) {
      assertThat(session.submit(task(1_000)).get(30, TimeUnit.SECONDS).succeeded()).isTrue();
      ClientSession own = foreign.automatic();
      byte[] open = WireFormat.encode(new LaneRecord(LANE, true, Map.of()));
      ClientMessage record = CoreMessages.json(own, open, true);
      record.putStringProperty(Properties.LANE_KEY, LANE);
      own.createProducer(Addresses.LANES).send(record);
      Awaitility.await("the agent stays connected")
          .pollInterval(10, TimeUnit.MILLISECONDS)
          .during(1, TimeUnit.SECONDS)
          .until(() -> queues.consumers(Queues.LANE) == 1);
      assertThat(session.submit(task(2_000)).get(30, TimeUnit.SECONDS).succeeded()).isTrue();
    }
  }

  @Test
  void aTaskWhoseTransactionIsOpenForLongIsNotLostWithItsLane() throws Exception {
    try (QTau client = site.client();
        Session session = client.newSession();
        Queues queues = new Queues(site, home);
        CoreConnection foreign = CoreConnection.open(site.url(), OwnerCredential.obtain(home))) {
      assertThat(session.submit(task(2_000)).get(30, TimeUnit.SECONDS).succeeded()).isTrue();
      ClientSession open = foreign.transacted();
      ClientMessage message = CoreMessages.json(open, BODY.getBytes(UTF_8), true);
      message.putIntProperty("qtau_v", 1);
      message.putStringProperty("qtau_session", "open");
      message.putStringProperty("qtau_id", "late");
      message.putStringProperty("qtau_kind", "noop");
      open.createProducer(LANE).send(message);
      Awaitility.await("the agent has left the lane")
          .until(() -> queues.exists(LANE) && queues.consumers(LANE) == 0);
      Awaitility.await("it is still there long after it would have gone")
          .during(2, TimeUnit.SECONDS)
          .until(() -> queues.exists(LANE));
      open.commit();
      assertThat(queues.results("open", 1).get(0).succeeded()).isTrue();
      awaitGone(queues, LANE);
    }
  }

  @Test
  void fiveHundredShapesAtOnceAreServedAndGo() throws Exception {
    try (QTau client = site.client();
        Session session = client.newSession();
        Queues queues = new Queues(site, home)) {
      List<TaskHandle> tasks =
          session.submitAll(IntStream.rangeClosed(1, 500).mapToObj(QuietLaneIT::task).toList());
      for (TaskHandle task : tasks) {
        assertThat(task.get(2, TimeUnit.MINUTES).succeeded()).isTrue();
      }
      for (int milliCores : new int[] {1, 250, 500}) {
        awaitGone(queues, LANE.replace("c2", "c" + milliCores + "m"));
      }
    }
  }
}
