package io.qtau.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Machines with a network of their own: namespaces with names and addresses on one switch, to which
 * this machine is connected as well. Their names are {@code m1}, {@code m2}, and so on.
 */
final class Rack implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final int machines;
  private final String id;
  private final String network;
  private final Path hosts;

  Rack(int machines, Path directory) throws IOException {
    this.machines = machines;
    long process = ProcessHandle.current().pid();
    int number = NUMBER.incrementAndGet();
    id = "qr" + process + "x" + number;
    // Other processes of tests may make some at the same time.
    network = "10." + (150 + process % 50) + "." + number % 256 + ".";
    StringBuilder names = new StringBuilder("127.0.0.1 localhost\n");
    Root.run("ip", "link", "add", id, "type", "bridge");
    Root.run("ip", "addr", "add", network + "254/24", "dev", id);
    Root.run("ip", "link", "set", id, "up");
    for (int machine = 1; machine <= machines; machine++) {
      String space = space(machine);
      Root.run("ip", "netns", "add", space);
      Root.run("ip", "link", "add", space, "type", "veth", "peer", "name", "eth0", "netns", space);
      Root.run("ip", "link", "set", space, "master", id, "up");
      Root.run("ip", "-n", space, "addr", "add", address(machine) + "/24", "dev", "eth0");
      Root.run("ip", "-n", space, "link", "set", "eth0", "up");
      Root.run("ip", "-n", space, "link", "set", "lo", "up");
      names.append(address(machine)).append(" m").append(machine).append('\n');
    }
    hosts = Files.writeString(directory.resolve("hosts"), names);
  }

  private String space(int machine) {
    return id + "m" + machine;
  }

  String address(int machine) {
    return network + machine;
  }

  /** What makes a command run there, on a machine of that name. */
  List<String> prefix(int machine) {
    return prefix(machine, List.of());
  }

  /**
   * The same where no machine sees processes of another; this one sees those of all, by other
   * numbers. The end of the command is the machine's. Programs of MPICH have only TCP there, over
   * which some never come back from MPI_Finalize (MPICH 4.0.2 with UCX 1.13.1).
   */
  List<String> prefixApart(int machine) {
    return prefix(machine, List.of("--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"));
  }

  private List<String> prefix(int machine, List<String> more) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("ip", "netns", "exec", space(machine), "unshare", "--uts", "--mount"));
    command.addAll(more);
    command.addAll(
        List.of(
            "sh",
            "-c",
            "hostname \"$1\" && mount --bind \"$0\" /etc/hosts && shift && exec \"$@\"",
            hosts.toString(),
            "m" + machine));
    return command;
  }

  /** Takes its cable out: nobody is told. */
  void cut(int machine) {
    Root.run("ip", "link", "set", space(machine), "down");
  }

  void join(int machine) {
    Root.run("ip", "link", "set", space(machine), "up");
  }

  @Override
  public void close() {
    for (int machine = 1; machine <= machines; machine++) {
      Root.run("ip", "link", "del", space(machine));
      Root.run("ip", "netns", "del", space(machine));
    }
    Root.run("ip", "link", "del", id);
  }
}
