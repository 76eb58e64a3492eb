package io.qtau.launcher;

import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.WireFormat;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this home knows of a pilot; it outlives the pilot. What the pilot itself reads and writes
 * lies in {@link #site()}, which is the same directory unless another one was asked for.
 *
 * @param path absolute; named after the pilot
 */
public record PilotDirectory(Path path) {
  private static final int TAIL_BYTES = 2000;
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /**
   * How the pilot was started.
   *
   * @param id the scheduler's name of its allocation; null = there is no scheduler, or it has not
   *     given one yet
   * @param submitted epoch ms
   */
  public record Start(@Nullable String id, int nodes, long submitted) {
    static final Start NONE = new Start(null, 1, 0);
  }

  /** How the pilot of that start ended, kept since a scheduler forgets. */
  record End(Start start, AllocationState state) {}

  /** How far it has come. */
  record Reached(PilotPhase phase) {}

  /** The directory of a pilot below the directory of all of them; it need not exist. */
  public static PilotDirectory of(Path pilots, PilotName name) {
    return new PilotDirectory(pilots.toAbsolutePath().normalize().resolve(name.value()));
  }

  /** All pilots that ever were below a directory, by name. */
  public static List<Allocation> all(Path pilots) throws IOException {
    if (!Files.isDirectory(pilots)) {
      return List.of();
    }
    List<Allocation> found = new ArrayList<>();
    try (Stream<Path> children = Files.list(pilots)) {
      for (Path child : children.sorted().toList()) {
        PilotDirectory directory = new PilotDirectory(child.toAbsolutePath().normalize());
        if (Files.isRegularFile(directory.settingsFile())) {
          found.add(new Allocation(directory.name(), directory));
        }
      }
    }
    return found;
  }

  /** The pilot's name. */
  public PilotName name() {
    return new PilotName(path.getFileName().toString());
  }

  public Path settingsFile() {
    return path.resolve("settings.json");
  }

  /** Makes it, and holds it until the lock is closed; empty when another start holds it. */
  Optional<FileChannel> claim() throws IOException {
    Files.createDirectories(path.getParent());
    if (!Files.isDirectory(path)) {
      Files.createDirectories(path, PRIVATE_DIRECTORY);
    }
    FileChannel file =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = file.tryLock();
      if (lock != null) {
        return Optional.of(file);
      }
    } catch (OverlappingFileLockException heldHere) {
      // As if by another process.
    }
    file.close();
    return Optional.empty();
  }

  /** Whether a start is under way now, so that its files tell of two pilots. */
  public boolean isBeingStarted() throws IOException {
    Optional<FileChannel> held = claim();
    if (held.isPresent()) {
      held.get().close();
    }
    return held.isEmpty();
  }

  /** Makes it ready for a start: nothing in it speaks of an earlier one. */
  void prepare(AgentSettings settings, Start start) throws IOException {
    started(start);
    for (String old : List.of("end.json", "phase.json", SshPilot.FILE)) {
      Files.deleteIfExists(path.resolve(old));
    }
    write("settings.json", settings);
  }

  /** Takes back a start that came to nothing. */
  void remove() throws IOException {
    if (!Files.isDirectory(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** What its agents were started with. */
  public AgentSettings settings() throws IOException {
    return read("settings.json", AgentSettings.class)
        .orElseThrow(() -> new NoSuchFileException(settingsFile().toString()));
  }

  /** Where its agents were to run. */
  public ResourceUrl resource() throws IOException {
    return ResourceUrl.parse(settings().resource());
  }

  /** Where its files lie, as people read it: with the host where that is another one. */
  public String place() throws IOException {
    ResourceUrl resource = resource();
    return (resource.isBatch() && resource.isRemote() ? resource.rest() + ":" : "") + site();
  }

  /** Where the pilot's own files lie, on the resource. */
  public Path site() throws IOException {
    return Path.of(settings().directory());
  }

  void started(Start start) throws IOException {
    write("start.json", start);
  }

  /** How it was started. */
  public Start start() throws IOException {
    return read("start.json", Start.class).orElse(Start.NONE);
  }

  /** Remembers how the pilot of that start ended; a later one of its name has not. */
  void ended(Start start, AllocationState state) throws IOException {
    write("end.json", new End(start, state));
  }

  /** How it ended; empty as long as nobody has noticed that it has. */
  Optional<AllocationState> end() throws IOException {
    Start start = start();
    return read("end.json", End.class).filter(end -> end.start().equals(start)).map(End::state);
  }

  /** Remembers how far it has come. The answer is the furthest that it ever came. */
  public PilotPhase reached(PilotPhase phase) throws IOException {
    PilotPhase before =
        read("phase.json", Reached.class).map(Reached::phase).orElse(PilotPhase.NEW);
    PilotPhase now = before.advance(phase);
    if (now != before) {
      write("phase.json", new Reached(now));
    }
    return now;
  }

  /** The processes of its agents, where their files can be seen from here; none where not. */
  public Set<Long> pids() throws IOException {
    Optional<SshPilot> far = SshPilot.read(this);
    if (far.isPresent()) {
      return far.get().pids();
    }
    Set<Long> pids = new HashSet<>();
    for (AgentFiles agent : agents()) {
      agent.pid().ifPresent(pids::add);
    }
    return pids;
  }

  /** Whether all its agents have taken their leave. */
  boolean haveAllLeft() throws IOException {
    List<AgentFiles> agents = agents();
    return agents.size() >= start().nodes() && agents.stream().allMatch(AgentFiles::hasLeft);
  }

  /** What its agents have left, as far as it can be seen from here. */
  public List<AgentFiles> agents() throws IOException {
    return resource().isRemote() ? List.of() : AgentFiles.all(site());
  }

  /**
   * The last lines of what an agent wrote to its standard error, or of what was said of the whole
   * allocation; empty when nothing was, or it cannot be seen from here.
   */
  public String lastWords() throws IOException {
    for (AgentFiles agent : agents()) {
      String words = tail(agent.stderr());
      if (!words.isEmpty()) {
        return words;
      }
    }
    return tail(site().resolve("allocation.err"));
  }

  private static String tail(Path file) {
    try (var bytes = Files.newByteChannel(file)) {
      bytes.position(Math.max(0, bytes.size() - TAIL_BYTES));
      byte[] tail = Channels.newInputStream(bytes).readAllBytes();
      return new String(tail, StandardCharsets.UTF_8).strip();
    } catch (IOException nothingSaid) {
      return "";
    }
  }

  <T extends Record> Optional<T> read(String name, Class<T> type) throws IOException {
    Path file = path.resolve(name);
    try {
      return Optional.of(WireFormat.decode(Files.readAllBytes(file), type));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (MalformedMessage e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  void write(String name, Record record) throws IOException {
    Path fresh = Files.createTempFile(path, "", ".new", PRIVATE_FILE);
    Files.write(fresh, WireFormat.encode(record));
    Files.move(
        fresh,
        path.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
