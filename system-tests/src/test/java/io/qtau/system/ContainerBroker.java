package io.qtau.system;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import io.qtau.broker.OwnerCredential;
import io.qtau.messaging.BrokerUrl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The stock broker in a container with 1 GiB of memory. The instance lies in the container's own
 * files, at the path that it has outside, and outlives its death.
 */
final class ContainerBroker implements SiteBroker {
  /** Its address is the same after each start, and no proxy is between it and the tests. */
  private static final BrokerUrl URL = new BrokerUrl("172.31.249.2", 61616);

  private static final String SUBNET = "172.31.249.0/29";
  private static final long MEMORY_BYTES = 1L << 30;
  static final long HEAP_BYTES = MEMORY_BYTES / 2;

  private final Path instance;
  private final Network network;
  private final GenericContainer<?> container;

  private ContainerBroker(Path instance) {
    this.instance = instance;
    network =
        Network.builder()
            .createNetworkCmdModifier(
                command ->
                    command.withIpam(
                        new com.github.dockerjava.api.model.Network.Ipam()
                            .withConfig(
                                new com.github.dockerjava.api.model.Network.Ipam.Config()
                                    .withSubnet(SUBNET))))
            .build();
    container =
        new GenericContainer<>(DockerImageName.parse(DockerDaemon.IMAGE))
            .withNetwork(network)
            .withCreateContainerCmdModifier(
                command -> {
                  command.withIpv4Address(URL.host());
                  Objects.requireNonNull(command.getHostConfig())
                      .withMemory(MEMORY_BYTES)
                      .withMemorySwap(MEMORY_BYTES);
                })
            .withCopyFileToContainer(
                MountableFile.forHostPath(instance.toString()), instance.toString())
            .withCommand(command().toArray(String[]::new))
            .waitingFor(Wait.forLogMessage(".*AMQ221007.*\\n", 1)); // Server is now active
  }

  /** What Artemis' own script runs; there is no shell in the container. */
  private List<String> command() {
    return List.of(
        "-Xmx" + HEAP_BYTES,
        "-Djava.security.auth.login.config=" + instance.resolve("etc/login.config"),
        "-Dqtau.data=data",
        "-Dqtau.host=0.0.0.0",
        "-Dqtau.port=" + URL.port(),
        "-Dqtau.vm=0",
        "-Dqtau.journal.buffer.nanos=200000",
        "-Dqtau.memory.bytes=" + HEAP_BYTES / 25,
        "-Dartemis.home=/opt/artemis",
        "-Dartemis.instance=" + instance,
        "-Dartemis.instance.etc=" + instance.resolve("etc"),
        "-cp",
        "/opt/artemis/lib/artemis-boot.jar",
        "org.apache.activemq.artemis.boot.Artemis",
        "run");
  }

  /** Makes an instance in the home, and starts it in a container. */
  static ContainerBroker install(Path home) throws Exception {
    DockerDaemon.start();
    Path instance = home.resolve("artemis");
    StockBroker.bash(StandaloneGuide.install(), StockBroker.places(instance, URL.port()));
    Files.copy(instance.resolve("credential"), OwnerCredential.file(home));
    ContainerBroker broker = new ContainerBroker(instance);
    try {
      broker.container.start();
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  private static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }

  private String id() {
    return container.getContainerId();
  }

  void kill() {
    docker().killContainerCmd(id()).exec();
  }

  void start() {
    docker().startContainerCmd(id()).exec();
    Awaitility.await("the broker listens")
        .atMost(Duration.ofSeconds(90))
        .until(ContainerBroker::listens);
  }

  private static boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(URL.host(), URL.port()), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  void pause() {
    docker().pauseContainerCmd(id()).exec();
  }

  void goOn() {
    docker().unpauseContainerCmd(id()).exec();
  }

  /** Cuts it from the network: packets vanish, nobody is told. */
  void cut() {
    docker().disconnectFromNetworkCmd().withContainerId(id()).withNetworkId(network.getId()).exec();
  }

  void mend() {
    docker()
        .connectToNetworkCmd()
        .withContainerId(id())
        .withNetworkId(network.getId())
        .withContainerNetwork(
            new ContainerNetwork()
                .withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(URL.host())))
        .exec();
  }

  /** Whether it has been ended for want of memory. */
  boolean ranOutOfMemory() {
    return Boolean.TRUE.equals(docker().inspectContainerCmd(id()).exec().getState().getOOMKilled());
  }

  @Override
  public BrokerUrl url() {
    return URL;
  }

  @Override
  public Path data() {
    throw new UnsupportedOperationException("they are in the container");
  }

  @Override
  public void restart() {
    kill();
    start();
  }

  @Override
  public void close() {
    container.stop();
    network.close();
  }
}
