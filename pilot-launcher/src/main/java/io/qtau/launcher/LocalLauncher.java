package io.qtau.launcher;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.InvalidField;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Pilots of one agent on this machine. The agent is a process of its own session: it survives
 * whoever has started it, and that one's terminal.
 */
public final class LocalLauncher implements PilotLauncher {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration START = Duration.ofSeconds(10);
  private static final int AGENT = 0;
  private static final Duration LOOK = Duration.ofMillis(5);

  private final Path pilots;
  private final Duration grace;

  /**
   * @param pilots the directory that holds the directories of pilots
   */
  public LocalLauncher(Path pilots) {
    this(pilots, GRACE);
  }

  /**
   * @param pilots the directory that holds the directories of pilots
   * @param grace so long an agent has to give its tasks back before it is killed
   */
  public LocalLauncher(Path pilots, Duration grace) {
    this.pilots = pilots;
    this.grace = grace;
  }

  @Override
  public Allocation allocate(PilotRequest request) throws LaunchFailed {
    if (!request.resource().equals(ResourceUrl.LOCAL)) {
      throw new InvalidField("resource", "'" + request.resource() + "' is not local://");
    }
    PilotDirectory directory = PilotDirectory.of(pilots, request.name());
    try {
      directory.create();
      try (FileChannel file = open(directory.lock());
          FileLock lock = lock(file)) {
        if (lock == null || AgentProcess.of(directory).isPresent()) {
          throw new NameInUse(request.name());
        }
        directory.prepare(settings(request, directory));
        start(request, directory);
      }
    } catch (IOException e) {
      throw new LaunchFailed("cannot start pilot '" + request.name() + "': " + e.getMessage(), e);
    }
    return new Allocation(request.name(), directory);
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException heldHere) {
      return null;
    }
  }

  private static AgentSettings settings(PilotRequest request, PilotDirectory directory) {
    return new AgentSettings(
        new AgentName(request.name(), AGENT),
        request.broker(),
        request.credentialFile().toString(),
        request.caFile() == null ? null : request.caFile().toString(),
        directory.path().toString(),
        request.resource().toString(),
        request.cores(),
        null,
        request.owner(),
        request.leave());
  }

  private static void start(PilotRequest request, PilotDirectory directory)
      throws IOException, LaunchFailed {
    Process process =
        new ProcessBuilder(command(request, directory))
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(directory.stderr().toFile())
            .start();
    long deadline = System.nanoTime() + START.toNanos();
    while (directory.pid().isEmpty()) {
      boolean over = ended(process) || System.nanoTime() > deadline;
      if (over && directory.pid().isEmpty()) { // It may have begun and ended since the last look.
        process.destroyForcibly();
        throw new LaunchFailed(
            "pilot '" + request.name() + "' did not start: " + directory.lastWords());
      }
    }
  }

  private static List<String> command(PilotRequest request, PilotDirectory directory) {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of("setsid", "/bin/sh", directory.script().toString()));
    argv.add(directory.path().toString());
    argv.addAll(request.javaCommand());
    argv.addAll(List.of(AgentProcess.MAIN, directory.settingsFile().toString()));
    return argv;
  }

  /**
   * Whether it has ended with an error, after a short wait; {@code setsid} itself may just leave.
   */
  private static boolean ended(Process process) throws LaunchFailed {
    try {
      return process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() != 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      throw new LaunchFailed("interrupted while a pilot was starting", e);
    }
  }

  @Override
  public Map<Allocation, AllocationState> states(Collection<Allocation> allocations) {
    Map<Allocation, AllocationState> states = new LinkedHashMap<>();
    allocations.forEach(allocation -> states.put(allocation, state(allocation.directory())));
    return states;
  }

  private static AllocationState state(PilotDirectory directory) {
    try {
      if (AgentProcess.of(directory).isPresent()) {
        return new AllocationState(AllocationState.Phase.RUNNING, null);
      }
      return directory.pid().isEmpty() || directory.hasLeft(AGENT)
          ? new AllocationState(AllocationState.Phase.DONE, null)
          : new AllocationState(AllocationState.Phase.FAILED, reason(directory));
    } catch (IOException e) {
      return new AllocationState(AllocationState.Phase.FAILED, e.getMessage());
    }
  }

  private static String reason(PilotDirectory directory) {
    String words = directory.lastWords();
    return words.isEmpty() ? "its agent ended without a word" : words;
  }

  @Override
  public void release(Allocation allocation) throws LaunchFailed {
    try {
      var process = AgentProcess.of(allocation.directory());
      if (process.isPresent() && !process.get().end(grace)) {
        throw new LaunchFailed(
            "the agent of '"
                + allocation.name()
                + "', process "
                + process.get().pid()
                + ", lives on");
      }
      allocation.directory().forgetPid();
    } catch (IOException e) {
      throw new LaunchFailed("cannot stop pilot '" + allocation.name() + "': " + e.getMessage(), e);
    }
  }
}
